import * as v from 'valibot';
import type {
	CheckInAnswer,
	CheckInChallenge,
	CheckInRefusal,
	DeviceState,
	OpenForCheckIn,
	RefusedAnswer,
} from '$lib/contract/check-in';
import { ChallengeSchema } from '$lib/contract/liveness';
import type { ModelIndex } from '$lib/contract/models';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import { CameraSession } from '../camera/camera-session.svelte';
import { pumpFrames } from '../camera/frame-pump';
import { FaceClient, type EngineState, type FrameResult } from '../face/face-client';
import { LivenessGuide, type Guidance } from '../face/liveness/guide';
import { Connection } from '../realtime/connection.svelte';
import { newId } from '../realtime/new-id';
import { RequestError } from '../realtime/request-error';
import { faceOf, hasEnough, keepFrame, type FaceFrame } from './face-frames';
import {
	openOwnDevice,
	renewOwnDevice,
	StorageError,
	type OwnDevice,
	type StorageProblem,
} from './own-device';
import { registerDevice } from './register-device';
import type { ScannedCode } from './scanned-code';
import { makeSubmission } from './submission';
import { whatNext, type WhatNext } from './what-next';

/**
 * `code`: waits for one, or for a tap where none is asked for; the problem is what became of the last
 * one. `lost`: sent, and the network went away before an answer came.
 */
export type CheckInPhase =
	| { name: 'code'; problem: string | null }
	| { name: 'beginning' }
	| { name: 'face' }
	| { name: 'sending' }
	| { name: 'lost' }
	| { name: 'done'; status: MarkStatus; markedAt: number }
	/** `retryAt` by this phone's clock, ms since 1970; null: at once, if at all. */
	| { name: 'refused'; message: string; next: WhatNext; retryAt: number | null };

export interface CheckInStart {
	studentId: string;
	models: ModelIndex | null;
	/** What can be checked in to now. */
	rollCalls: readonly OpenForCheckIn[];
	/** What came with the page's address: a code, or only which roll call it is about. */
	scanned: ScannedCode | null;
	chosenId: string | null;
}

/** One check-in that is under way: what the server asked for, and what was gathered. */
interface UnderWay {
	rollCallId: string;
	code: string | null;
	challenge: CheckInChallenge;
	guide: LivenessGuide | null;
	frames: readonly FaceFrame[];
}

/** Without storage a mark lasts as long as the page; a class that asks for a signature asks for more. */
const passingMark = newId();

/** A student's check-in on their own phone: code, face, done. */
export class CheckInSession {
	readonly camera = new CameraSession('front');
	readonly connection = new Connection();
	#phase = $state.raw<CheckInPhase>({ name: 'code', problem: null });
	#rollCalls = $state.raw<readonly OpenForCheckIn[]>([]);
	#chosenId = $state<string | null>(null);
	#engine = $state.raw<EngineState>({ status: 'idle' });
	#guidance = $state.raw<Guidance | null>(null);
	#deviceState = $state.raw<DeviceState | null>(null);
	#storageProblem = $state.raw<StorageProblem | null>(null);

	/** The roll call that is checked in to; null while there are several, or none. */
	readonly rollCall = $derived(
		this.#rollCalls.find(({ rollCallId }) => rollCallId === this.#chosenId) ?? null,
	);

	readonly #studentId: string;
	readonly #models: ModelIndex | null;
	readonly #faces: FaceClient | null;
	#device: OwnDevice | null = null;
	/** Came with the address, and is used as soon as there is a connection. */
	#given: ScannedCode | null;
	#underWay: UnderWay | null = null;
	/** Of earlier tries on this page: the server knows them again. */
	#sent: readonly Float32Array[] = [];
	#expiry: ReturnType<typeof setTimeout> | null = null;
	#stopListening: (() => void) | null = null;

	constructor({ studentId, models, rollCalls, scanned, chosenId }: CheckInStart) {
		this.#studentId = studentId;
		this.#models = models;
		this.#rollCalls = rollCalls;
		this.#given = scanned;
		this.#chosenId = scanned?.rollCallId ?? knownOf(rollCalls, chosenId) ?? onlyOne(rollCalls);
		this.#faces = models && new FaceClient({ models, onState: (state) => (this.#engine = state) });
	}

	get phase(): CheckInPhase {
		return this.#phase;
	}
	get rollCalls(): readonly OpenForCheckIn[] {
		return this.#rollCalls;
	}
	get hasChosen(): boolean {
		return this.#chosenId !== null;
	}
	get engine(): EngineState {
		return this.#engine;
	}
	/** Whether a face can be looked for at all. */
	get hasModels(): boolean {
		return this.#models !== null;
	}
	/** What to do before the camera now; null where nothing is asked, or nobody was seen yet. */
	get guidance(): Guidance | null {
		return this.#guidance;
	}
	/** Whether this check-in asks for movements. */
	get asksMovement(): boolean {
		return (this.#underWay?.guide ?? null) !== null;
	}
	/** How this phone stands with the server; null while that is not known. */
	get deviceState(): DeviceState | null {
		return this.#deviceState;
	}
	/** Why no key can be kept; null where one can, or none is needed. */
	get storageProblem(): StorageProblem | null {
		return this.rollCall?.links.signature === false ? null : this.#storageProblem;
	}

	/** Connects, gets this phone's key ready, and uses a code that came with the address. */
	async open(): Promise<void> {
		this.connection.open();
		this.#warmUp();
		await this.#openDevice();
		this.#stopListening ??= this.connection.onOnline(() => void this.#handleOnline());
	}

	dispose(): void {
		this.#endTry();
		this.#stopListening?.();
		this.#faces?.dispose();
		this.connection.close();
	}

	choose(rollCallId: string): void {
		this.#chosenId = rollCallId;
		this.#phase = { name: 'code', problem: null };
		this.#warmUp();
	}

	/** A code that was read from the display. */
	async takeScanned({ rollCallId, code }: ScannedCode): Promise<void> {
		this.#chosenId = rollCallId;
		await this.begin(code);
	}

	/** @param code null where the class asks for none */
	async begin(code: string | null): Promise<void> {
		const rollCallId = this.#chosenId;
		if (rollCallId === null || this.#phase.name !== 'code') return;
		this.#phase = { name: 'beginning' };
		const sentAt = Date.now();
		try {
			const begun = await this.connection.request('checkIn:begin', { rollCallId, code });
			if (begun.ok) await this.#take({ rollCallId, code, challenge: begun.challenge, sentAt });
			else this.#refuse(begun);
		} catch (error) {
			this.#phase = { name: 'code', problem: sentenceOf(error) };
		}
	}

	/** From the code once more. */
	again(): void {
		this.#endTry();
		this.#phase = { name: 'code', problem: null };
	}

	/** A key in the place of one that does not sign any more; staff have to approve it. */
	async register(): Promise<void> {
		try {
			const old = this.#device;
			this.#device = old
				? await renewOwnDevice(this.#studentId, old)
				: await openOwnDevice(this.#studentId);
			this.#deviceState = await registerDevice(this.connection, this.#device);
			this.again();
		} catch (error) {
			if (error instanceof StorageError) this.#storageProblem = error.problem;
			this.#phase = { name: 'code', problem: sentenceOf(error) };
		}
	}

	/** Asks for the camera of the face once more. */
	async retryCamera(): Promise<void> {
		await Promise.all([this.#loadEngine(), this.camera.start(null)]);
	}

	/** Watches a playing video. @returns the way to stop. */
	readonly watch = (video: HTMLVideoElement): (() => void) =>
		pumpFrames(video, {
			isIdle: () =>
				this.#phase.name === 'face' &&
				this.#engine.status === 'ready' &&
				this.#faces?.busy === false,
			onFrame: (frame, capturedAt) => void this.#look(frame, capturedAt),
		});

	async #openDevice(): Promise<void> {
		try {
			this.#device = await openOwnDevice(this.#studentId);
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			this.#storageProblem = error.problem;
		}
	}

	async #handleOnline(): Promise<void> {
		if (this.#device !== null) {
			try {
				this.#deviceState = await registerDevice(this.connection, this.#device);
			} catch {
				// The check-in itself says what is wrong, and what to do.
			}
		}
		if (this.#phase.name === 'lost') await this.#lookForMark();
		const given = this.#given;
		this.#given = null;
		if (given !== null) await this.takeScanned(given);
	}

	/** The models take longer to come than a code holds, so they come meanwhile. */
	#warmUp(): void {
		const possible = this.rollCall ? [this.rollCall] : this.#rollCalls;
		if (possible.some(({ links }) => links.face || links.liveness)) void this.#loadEngine();
	}

	async #loadEngine(): Promise<void> {
		try {
			await this.#faces?.start('check-in');
		} catch {
			// The engine's state says why, and the page shows it.
		}
	}

	async #take(
		begun: Pick<UnderWay, 'rollCallId' | 'code' | 'challenge'> & { sentAt: number },
	): Promise<void> {
		const { sentAt, ...underWay } = begun;
		const { actions, links, expiresAt, serverTime } = underWay.challenge;
		this.connection.learnClock(sentAt, serverTime, Date.now());
		const asked = v.safeParse(ChallengeSchema, actions);
		const guide = asked.success ? new LivenessGuide(asked.output) : null;
		this.#underWay = { ...underWay, guide, frames: [] };
		this.#guidance = null;
		this.#expiry = setTimeout(() => this.#expire(), expiresAt - serverTime);
		if (!links.face && guide === null) {
			await this.#submit();
			return;
		}
		this.#phase = { name: 'face' };
		await this.retryCamera();
	}

	async #look(frame: ImageBitmap, capturedAt: number): Promise<void> {
		const underWay = this.#underWay;
		const result = await this.#faces?.process(frame, capturedAt);
		if (!result || underWay === null || underWay !== this.#underWay) return;
		if (this.#phase.name !== 'face') return;
		this.#gather(underWay, result);
		const moved = underWay.guide?.isDone ?? true;
		if (moved && (hasEnough(underWay.frames) || !underWay.challenge.links.face)) {
			await this.#submit();
		}
	}

	#gather(underWay: UnderWay, result: FrameResult): void {
		this.#guidance = underWay.guide?.see(result) ?? null;
		const face = faceOf(result);
		if (face !== null) underWay.frames = keepFrame(underWay.frames, face, this.#sent);
	}

	async #submit(): Promise<void> {
		const underWay = this.#underWay;
		if (underWay === null) return;
		this.#endTry();
		this.#phase = { name: 'sending' };
		this.#sent = [...this.#sent, ...underWay.frames.map(({ vector }) => vector)];
		try {
			const submission = await makeSubmission(
				{ ...underWay, trace: underWay.guide?.trace ?? [], models: this.#models },
				{
					mark: this.#device?.mark ?? passingMark,
					device: this.#device,
					signedAt: Date.now(),
				},
			);
			this.#handleAnswer(await this.connection.request('checkIn:submit', submission));
		} catch (error) {
			this.#handleLost(error);
		}
	}

	#handleAnswer(answer: CheckInAnswer): void {
		if (!answer.ok) {
			this.#refuse(answer);
			return;
		}
		const { status, markedAt } = answer;
		this.#phase = { name: 'done', status, markedAt };
	}

	#handleLost(error: unknown): void {
		const isAway = error instanceof RequestError && error.passes;
		if (!isAway) {
			const message = sentenceOf(error);
			this.#phase = { name: 'refused', message, next: 'again', retryAt: null };
			return;
		}
		this.#phase = { name: 'lost' };
		// A timeout on a line that holds: nobody will call us.
		if (this.connection.state === 'online') void this.#lookForMark();
	}

	/** A check-in is looked at once, so it is not sent again: what became of it is asked. */
	async #lookForMark(): Promise<void> {
		try {
			const { rollCalls } = await this.connection.request('checkIn:open', {});
			this.#rollCalls = rollCalls;
			const { status, markedAt } = this.rollCall ?? {};
			if (status && markedAt) this.#phase = { name: 'done', status, markedAt };
			else this.#phase = { name: 'code', problem: messages.checkInPage.notMarked };
		} catch {
			// Away again: the next connect asks once more.
		}
	}

	#refuse({ refusal, message, retryAfterMs }: RefusedAnswer): void {
		this.#endTry();
		if (staysAtCode(refusal)) {
			this.#phase = { name: 'code', problem: message };
			return;
		}
		const retryAt = retryAfterMs === null ? null : Date.now() + retryAfterMs;
		this.#phase = { name: 'refused', message, next: whatNext(refusal), retryAt };
	}

	#expire(): void {
		if (this.#phase.name !== 'face') return;
		this.#endTry();
		const message = messages.checkInPage.expired;
		this.#phase = { name: 'refused', message, next: 'again', retryAt: null };
	}

	/** Lets the camera go; what was gathered is forgotten. */
	#endTry(): void {
		if (this.#expiry !== null) clearTimeout(this.#expiry);
		this.#expiry = null;
		this.#underWay = null;
		this.#guidance = null;
		this.camera.stop();
	}
}

function knownOf(rollCalls: readonly OpenForCheckIn[], chosenId: string | null): string | null {
	return rollCalls.some(({ rollCallId }) => rollCallId === chosenId) ? chosenId : null;
}

/** With a single roll call open there is nothing to choose. */
function onlyOne(rollCalls: readonly OpenForCheckIn[]): string | null {
	const [first, second] = rollCalls;
	return first !== undefined && second === undefined ? first.rollCallId : null;
}

/** The code is still before their eyes, and the field too. */
const staysAtCode = (refusal: CheckInRefusal): boolean => refusal === 'wrong-code';

function sentenceOf(error: unknown): string {
	const { network, storage } = messages.checkInPage;
	if (error instanceof StorageError) return storage[error.problem];
	if (!(error instanceof RequestError)) throw error;
	return error.code === 'offline' || error.code === 'timeout' ? network.failed : error.message;
}
