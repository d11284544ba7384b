import { parse } from 'valibot';
import { rememberedBackend, type BackendName } from '../../../src/lib/client/face/backend-choice';
import { FaceClient, type EngineState } from '../../../src/lib/client/face/face-client';
import { IdleTrial } from '../../../src/lib/client/face/idle-trial';
import { ModelIndexSchema } from '../../../src/lib/contract/models';

const index = fetch('/models/index.json')
	.then((response) => response.json())
	.then((json: unknown) => parse(ModelIndexSchema, json));

class BackendHarness {
	readonly states: EngineState[] = [];
	#client: FaceClient | null = null;

	/** Lets the trial of a camera page choose. */
	async tryIdle(): Promise<void> {
		new IdleTrial(await index).start();
	}

	async remembered(): Promise<BackendName | null> {
		return rememberedBackend(await index);
	}

	/** Starts a new client on a backend. */
	async start(backend: BackendName): Promise<void> {
		this.#client?.dispose();
		this.states.length = 0;
		this.#client = new FaceClient({
			models: await index,
			backend,
			onState: (state) => this.states.push(state),
		});
		await this.#client.start('photo');
	}

	/** @returns the vector of a photo's main face; null where there is none, or no engine */
	async vector(url: string): Promise<number[] | null> {
		const photo = await createImageBitmap(await (await fetch(url)).blob());
		const result = await this.#client?.process(photo, Date.now());
		const vector = result?.faces[0]?.vector;
		return vector ? Array.from(vector) : null;
	}
}

declare global {
	interface Window {
		backends: BackendHarness;
	}
}
window.backends = new BackendHarness();
