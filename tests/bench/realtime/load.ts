import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { io, type Socket } from 'socket.io-client';
import {
	PROTOCOL_VERSION,
	type ClientToServerEvents,
	type ServerToClientEvents,
	type TrackDecision,
} from '../../../src/lib/contract/events';
import type { RosterChange } from '../../../src/lib/contract/roster';
import { encodeVectors } from '../../../src/lib/contract/sightings';
import type { EngineId } from '../../../src/lib/server/db/references.repository';
import { createPerson } from '../../helpers/vectors';
import {
	BATCHES_A_SECOND,
	BATCHES_A_VISIT,
	FACES,
	MEASURED_MS,
	PATIENCE_MS,
	WARM_UP_MS,
	WATCHERS,
	type LoadReport,
	type LoadTask,
	type OpenRollCall,
} from './scenario';

type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

const EVERY_MS = 1_000 / BATCHES_A_SECOND;
const BATCHES = (BATCHES_A_SECOND * (WARM_UP_MS + MEASURED_MS)) / 1_000;
const VISITS = BATCHES / BATCHES_A_VISIT;
/** What a camera needs between the capture of a frame and its batch; it is not measured here. */
const CAPTURE_MS = 40;
/** Roll calls whose devices connect at the same time. */
const CONNECT_AT_ONCE = 10;

/** What the cameras see, frame after frame: vectors on the wire, the same for every class. */
const FRAMES = Array.from({ length: VISITS }, (_, visit) => {
	const people = Array.from({ length: FACES }, (_, i) => createPerson(visit * FACES + i));
	return Array.from({ length: BATCHES_A_VISIT }, () =>
		encodeVectors(people.map((person) => person.capture())),
	);
}).flat();

/** Every device of some roll calls, for as long as a step takes. */
export async function run({ url, engine, rollCalls }: LoadTask): Promise<LoadReport> {
	const devices: RollCallDevices[] = [];
	for (let i = 0; i < rollCalls.length; i += CONNECT_AT_ONCE) {
		const some = rollCalls.slice(i, i + CONNECT_AT_ONCE);
		devices.push(...(await Promise.all(some.map((one) => RollCallDevices.connect(url, one)))));
	}
	// Cameras start whenever somebody starts them: at random moments of the same second, in every run.
	const random = xoroshiro128plus(1);
	const starts = devices.map(() => performance.now() + uniformInt(random, 0, 999));
	await Promise.all(devices.map((one, i) => one.play(engine, starts[i] ?? 0)));
	const late = performance.now() + PATIENCE_MS;
	while (devices.some(({ missing }) => missing > 0) && performance.now() < late) await delay(50);
	await Promise.all(devices.map((one) => one.leave()));
	const latencies = devices.flatMap((one) => one.latencies());
	const sample = devices[0]?.sample;
	if (!sample) throw new Error('no roster changed');
	return { latencies, sample };
}

/** The camera and the watchers of one roll call. */
class RollCallDevices {
	/** What was sent when, by `capturedAt`, which a change names; ms of this process. */
	readonly #sentAt = new Map<number, number>();
	readonly #arrived: { capturedAt: number; ms: number }[] = [];
	readonly #cameraId = randomUUID();
	#rows = 0;
	#change: RosterChange | null = null;
	#decisions: TrackDecision[] = [];
	#measuredFrom = 0;

	private constructor(
		private readonly rollCallId: string,
		private readonly camera: ClientSocket,
		private readonly watchers: readonly ClientSocket[],
	) {
		for (const watcher of watchers) watcher.on('roster:changed', (change) => this.#take(change));
	}

	static async connect(url: string, { id, session }: OpenRollCall): Promise<RollCallDevices> {
		const camera = await connect(url, session);
		const watchers = await Promise.all(
			Array.from({ length: WATCHERS }, () => connect(url, session)),
		);
		await Promise.all(watchers.map((one) => one.emitWithAck('rollCall:join', { rollCallId: id })));
		return new RollCallDevices(id, camera, watchers);
	}

	/** Rows that were not told to every watcher yet. */
	get missing(): number {
		return VISITS * FACES * this.watchers.length - this.#rows;
	}

	get sample(): LoadReport['sample'] | null {
		return this.#change && { decisions: this.#decisions, change: this.#change };
	}

	/** Sends every frame at its time. @param start of the first, ms of this process */
	async play(engine: EngineId, start: number): Promise<void> {
		const startedAt = Date.now() + Math.round(start - performance.now()) - CAPTURE_MS;
		this.#measuredFrom = startedAt + WARM_UP_MS;
		for (const [frame, vectors] of FRAMES.entries()) {
			const after = frame * EVERY_MS;
			await delay(Math.max(0, start + after - performance.now()));
			this.#send(engine, frame, startedAt + after, vectors);
		}
	}

	latencies(): number[] {
		const measured = this.#arrived.filter(({ capturedAt }) => capturedAt >= this.#measuredFrom);
		const missing = Math.ceil(this.missing / FACES);
		return [...measured.map(({ ms }) => ms), ...Array<number>(missing).fill(PATIENCE_MS)];
	}

	async leave(): Promise<void> {
		await this.camera.emitWithAck('rollCall:close', { rollCallId: this.rollCallId });
		for (const socket of [this.camera, ...this.watchers]) socket.close();
	}

	#send(engine: EngineId, frame: number, capturedAt: number, vectors: Uint8Array): void {
		const visit = Math.floor(frame / BATCHES_A_VISIT);
		const visible = Array.from({ length: FACES }, (_, i) => visit * FACES + i);
		const batch = {
			id: randomUUID(),
			rollCallId: this.rollCallId,
			cameraId: this.#cameraId,
			capturedAt,
			...engine,
			sightings: visible.map((trackId) => ({ trackId, quality: 0.8 })),
			visible,
			vectors,
		};
		this.#sentAt.set(capturedAt, performance.now());
		this.camera.emit('rollCall:sightings', batch, (answer) => {
			if (!answer.ok) throw new Error(`a batch was refused: ${answer.message}`);
			this.#decisions = answer.data.decisions;
		});
	}

	#take(change: RosterChange): void {
		const sentAt = this.#sentAt.get(change.capturedAt ?? 0);
		// The roll call is closed at the end, which no batch did.
		if (sentAt === undefined) return;
		this.#rows += change.entries.length;
		this.#change = change;
		const ms = performance.now() - sentAt;
		this.#arrived.push({ capturedAt: change.capturedAt ?? 0, ms });
	}
}

async function connect(url: string, session: string): Promise<ClientSocket> {
	const socket: ClientSocket = io(url, {
		transports: ['websocket'],
		reconnection: false,
		forceNew: true,
		auth: { protocol: PROTOCOL_VERSION },
		extraHeaders: { cookie: `facetrack_session=${session}` },
	});
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve);
		socket.once('connect_error', reject);
	});
	return socket;
}
