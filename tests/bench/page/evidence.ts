import type { FaceClient, FrameResult } from '$lib/client/face/face-client';

/** Vectors of a face before a server would call it decided. */
const ENOUGH = 3;

/** Does what the server does: tells the engine that a track with enough evidence is decided. */
export class Evidence {
	readonly #client: FaceClient;
	readonly #vectors = new Map<number, number>();
	#decided = 0;

	constructor(client: FaceClient) {
		this.#client = client;
	}

	/** Tracks that were decided so far. */
	get decided(): number {
		return this.#decided;
	}

	add({ faces }: FrameResult): void {
		for (const { trackId, vector } of faces) {
			if (vector === null) continue;
			const count = (this.#vectors.get(trackId) ?? 0) + 1;
			this.#vectors.set(trackId, count);
			if (count !== ENOUGH) continue;
			this.#decided++;
			this.#client.markDecided([trackId], true);
		}
	}
}
