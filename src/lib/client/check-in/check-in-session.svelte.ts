import type {
	CheckInChallenge,
	OpenForCheckIn,
	RefusedAnswer,
	SubmitCheckIn,
} from '$lib/contract/check-in';
import type { ModelIndex } from '$lib/contract/models';
import type { AskedPasskey } from '$lib/contract/passkeys';
import { messages } from '$lib/messages';
import { CameraSession } from '../camera/camera-session.svelte';
import { pumpFrames } from '../camera/frame-pump';
import { FaceClient, type EngineState } from '../face/face-client';
import { FirstLoad } from '../face/first-load.svelte';
import type { Guidance } from '../face/liveness/guide';
import { Connection } from '../realtime/connection.svelte';
import { RequestError } from '../realtime/request-error';
import { phaseAfter, phaseAfterLoss, phaseOfRefusal, type CheckInPhase } from './check-in-phase';
import { FaceGathering, type FaceProgress } from './face-gathering';
import { StorageError, type StorageProblem } from './own-device';
import { OwnPhone } from './own-phone.svelte';
import type { PhoneHold } from './phone-hold';
import type { ScannedCode } from './scanned-code';
import { rememberSent, sentVectors } from './sent-frames';
import { cancelPasskey, PasskeyError, preparePasskey, type PasskeySigner } from './passkey';
import { makeSubmission, type Prepared } from './submission';

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
	gathering: FaceGathering;
	/** By the phone's clock, ms since 1970. */
	expiresAt: number;
}

/** A check-in that waits for the phone's passkey. */
interface Unconfirmed {
	submission: SubmitCheckIn;
	sign: PasskeySigner;
}

/** A student's check-in on their own phone: code, face, done. */
export class CheckInSession {
	readonly camera = new CameraSession('front');
	readonly connection = new Connection();
	#phase = $state.raw<CheckInPhase>({ name: 'code', problem: null });
	#rollCalls = $state.raw<readonly OpenForCheckIn[]>([]);
	#chosenId = $state<string | null>(null);
	#engine = $state.raw<EngineState>({ status: 'idle' });
	#progress = $state.raw<FaceProgress | null>(null);

	/** The roll call that is checked in to; null while there are several, or none. */
	readonly rollCall = $derived(
		this.#rollCalls.find(({ rollCallId }) => rollCallId === this.#chosenId) ?? null,
	);

	/** What the first use of a camera on this phone loads. */
	readonly firstLoad: FirstLoad;
	readonly #phone: OwnPhone;
	readonly #models: ModelIndex | null;
	readonly #faces: FaceClient | null;
	/** Came with the address, and is used as soon as there is a connection. */
	#given: ScannedCode | null;
	#underWay: UnderWay | null = null;
	#unconfirmed: Unconfirmed | null = null;
	#expiry: ReturnType<typeof setTimeout> | null = null;
	#stopListening: (() => void) | null = null;

	constructor({ studentId, models, rollCalls, scanned, chosenId }: CheckInStart) {
		this.#phone = new OwnPhone(studentId, this.connection);
		this.#models = models;
		this.firstLoad = new FirstLoad(models);
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
		return this.#progress?.guidance ?? null;
	}
	/** Whether the face is held so still that nothing new is seen of it. */
	get isTooStill(): boolean {
		return this.#progress?.isTooStill ?? false;
	}
	/** Whether this check-in asks for movements. */
	get asksMovement(): boolean {
		return this.#underWay?.gathering.asksMovement ?? false;
	}
	/** Why this phone cannot sign; null where it can, none is asked for, or it is not known. */
	get phoneHold(): PhoneHold | null {
		const signature = this.rollCall?.links.signature ?? 'none';
		if (signature === 'none') return null;
		return this.#phone.holdFor({ passkey: signature === 'passkey' });
	}
	/** What to do where passkeys do not work at this page's address; null where they do. */
	get passkeyProblem(): string | null {
		return this.#phone.standing?.passkeyProblem ?? null;
	}
	/** Whether another passkey could be made on this phone: one of them at a time waits for staff. */
	get mayMakePasskey(): boolean {
		return this.#phone.canMakePasskeys && this.#phone.standing?.passkey === 'active';
	}
	/** Why no key can be kept; null where one can, or none is needed. */
	get storageProblem(): StorageProblem | null {
		return this.rollCall?.links.signature === 'none' ? null : this.#phone.storageProblem;
	}

	/** Connects, gets this phone's key ready, and uses a code that came with the address. */
	async open(): Promise<void> {
		this.connection.open();
		void this.firstLoad.look();
		this.#warmUp();
		await this.#phone.open();
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
		// The page says so in the code's place; a code from its address would be used up in vain.
		if (this.phoneHold !== null) return;
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

	/** From the code once more; a phone that waited may be approved by now. */
	again(): void {
		this.#endTry();
		this.#phase = { name: 'code', problem: null };
		void this.#learnOfPhone();
	}

	/** Asks whether this phone may sign by now. */
	async lookAtPhone(): Promise<void> {
		await this.#workAtCode(async () => {
			await this.#phone.learn();
			return null;
		});
	}

	/** Makes this phone the one that signs; staff have to approve it. */
	async register(): Promise<void> {
		await this.#workAtCode(async () => {
			await this.#phone.replace();
			return null;
		});
	}

	/** Makes a passkey on this phone, and goes on from the code; another one waits for staff. */
	async makePasskey(): Promise<void> {
		this.#endTry();
		await this.#workAtCode(async () => {
			const standing = await this.#phone.makePasskey();
			if (standing !== 'replacing') return null;
			const message = messages.checkInPage.passkey.replacing;
			return { name: 'refused', message, next: 'teacher-first', retryAt: null };
		});
	}

	/** Lets the phone ask who holds it, and sends what was gathered. */
	async confirm(): Promise<void> {
		const unconfirmed = this.#unconfirmed;
		if (unconfirmed === null || this.#phase.name !== 'confirm' || this.#phase.pending) return;
		this.#phase = { name: 'confirm', pending: true, problem: null };
		try {
			const passkey = await unconfirmed.sign();
			if (unconfirmed !== this.#unconfirmed) return;
			await this.#send({ ...unconfirmed.submission, passkey });
		} catch (error) {
			if (unconfirmed !== this.#unconfirmed) return;
			this.#phase = { name: 'confirm', pending: false, problem: sentenceOf(error) };
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

	/** What fails is said in the code's place. @param work may say what comes next instead of the code */
	async #workAtCode(work: () => Promise<CheckInPhase | null>): Promise<void> {
		// What was wrong before would be taken for the code's own problem once the work is done.
		if (this.#phase.name === 'code') this.#phase = { name: 'code', problem: null };
		try {
			this.#phase = (await work()) ?? { name: 'code', problem: null };
		} catch (error) {
			this.#phase = { name: 'code', problem: sentenceOf(error) };
		}
	}

	async #learnOfPhone(): Promise<void> {
		try {
			await this.#phone.learn();
		} catch {
			// The check-in itself says what is wrong, and what to do.
		}
	}

	async #handleOnline(): Promise<void> {
		await this.#learnOfPhone();
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
		const { challenge } = underWay;
		const { expiresAt, serverTime } = challenge;
		this.connection.learnClock(sentAt, serverTime, Date.now());
		const gathering = new FaceGathering(challenge, sentVectors());
		const lastsMs = expiresAt - serverTime;
		this.#underWay = { ...underWay, gathering, expiresAt: sentAt + lastsMs };
		this.#progress = null;
		this.#expiry = setTimeout(() => this.#expire(), lastsMs);
		if (!gathering.asksCamera) {
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
		this.#progress = underWay.gathering.see(result);
		if (underWay.gathering.isComplete) await this.#submit();
	}

	/** Sends what was gathered; a passkey signs it first where one is asked for. */
	async #submit(): Promise<void> {
		const underWay = this.#underWay;
		if (underWay === null) return;
		const { frames, trace } = underWay.gathering;
		const { passkey } = underWay.challenge;
		this.camera.stop();
		this.#phase = { name: 'sending' };
		const { mark, device } = this.#phone;
		const { submission, bytes } = await makeSubmission(
			{ ...underWay, frames, trace, models: this.#models },
			{ mark, device, signedAt: Date.now() },
		);
		if (underWay !== this.#underWay) return;
		if (passkey === null) await this.#send(submission);
		else await this.#askForPasskey(underWay, { passkey, submission, bytes });
	}

	async #askForPasskey(
		underWay: UnderWay,
		{ passkey, submission, bytes }: Prepared & { passkey: AskedPasskey },
	): Promise<void> {
		try {
			const sign = await preparePasskey(passkey, bytes, underWay.expiresAt - Date.now());
			if (underWay !== this.#underWay) return;
			this.#unconfirmed = { submission, sign };
			this.#phase = { name: 'confirm', pending: false, problem: null };
		} catch (error) {
			this.#endTry();
			this.#phase = { name: 'refused', message: sentenceOf(error), next: 'again', retryAt: null };
		}
	}

	async #send(submission: SubmitCheckIn): Promise<void> {
		if (this.#underWay !== null) rememberSent(this.#underWay.gathering.frames);
		this.#endTry();
		this.#phase = { name: 'sending' };
		try {
			const answer = await this.connection.request('checkIn:submit', submission);
			this.#phase = phaseAfter(answer, Date.now());
		} catch (error) {
			this.#handleLost(error);
		}
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
			const phase = phaseAfterLoss(rollCalls, this.#chosenId);
			// One that is gone keeps its name on the page.
			if (phase.name !== 'gone') this.#rollCalls = rollCalls;
			this.#phase = phase;
		} catch {
			// Away again: the next connect asks once more.
		}
	}

	#refuse(answer: RefusedAnswer): void {
		this.#endTry();
		this.#phase = phaseOfRefusal(answer, Date.now());
	}

	#expire(): void {
		if (this.#underWay === null) return;
		this.#endTry();
		void cancelPasskey();
		const message = messages.checkInPage.expired;
		this.#phase = { name: 'refused', message, next: 'again', retryAt: null };
	}

	/** Lets the camera go; what was gathered is forgotten. */
	#endTry(): void {
		if (this.#expiry !== null) clearTimeout(this.#expiry);
		this.#expiry = null;
		this.#underWay = null;
		this.#unconfirmed = null;
		this.#progress = null;
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

function sentenceOf(error: unknown): string {
	const { network, passkey, storage } = messages.checkInPage;
	if (error instanceof PasskeyError) return passkey.failed[error.asked];
	if (error instanceof StorageError) return storage[error.problem];
	if (!(error instanceof RequestError)) throw error;
	return error.code === 'offline' || error.code === 'timeout' ? network.failed : error.message;
}
