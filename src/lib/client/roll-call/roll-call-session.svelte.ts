import type { DoubtAnswer, ReopenDoubt, TrackDecision } from '$lib/contract/events';
import type { Explanation } from '$lib/contract/explanation';
import type { MarkChangeView, MarkRequest, MarkRest } from '$lib/contract/marks';
import type { DoubtView, Roster } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import { Connection } from '../realtime/connection.svelte';
import {
	confirmChange,
	dropRefused,
	overlayDoubts,
	withChange,
	type DoubtChange,
} from '../realtime/doubts';
import { Listeners } from '../realtime/listeners';
import { newId } from '../realtime/new-id';
import { packLate, type CapturedLate } from '../realtime/late-tracks';
import { Outbox } from '../realtime/outbox-store.svelte';
import { KeepingError, OutboxVault } from '../realtime/outbox-vault';
import {
	itemId,
	packBatch,
	type CapturedBatch,
	type MarkItem,
	type OutboxItem,
} from '../realtime/outbox';
import { RequestError } from '../realtime/request-error';
import { rollCallSource, RosterStore } from '../realtime/roster-store.svelte';
import { twoAnswers } from './conflicts';
import { LostMarks } from './lost-marks.svelte';
import { dismissVisitor, noteVisitors, type Visitor } from './visitors';

/** Batches on their way that wait to be sent again as they are; what comes after them is fused. */
const MOST_BATCHES = 24;

/** What the server did not take, with its sentence. */
export interface Refusal {
	/** Of the request. */
	id: string;
	kind: Exclude<OutboxItem['kind'], 'sightings'>;
	/** Whose mark would have changed, where that is known. */
	studentId: string | null;
	message: string;
}

/** What may go with a mark by hand. */
export interface MarkExtras extends Pick<MarkRequest, 'details' | 'reason' | 'undoes'> {
	/** The roster's version that the teacher looked at, where that is not the newest. */
	sawVersion?: number;
	/** When they meant it, where that is not now. Server time in ms. */
	markedAt?: number;
}

/** One device's part in a roll call: its socket, its roster, and what waits to be sent. */
export class RollCallSession {
	readonly connection = new Connection();
	readonly store: RosterStore;
	readonly outbox: Outbox;
	readonly rollCallId: string;
	readonly #lost: LostMarks;
	#doubtChanges = $state.raw<readonly DoubtChange[]>([]);
	#visitors = $state.raw<readonly Visitor[]>([]);
	/** Those that wait for an answer, as the teacher left them. */
	readonly doubts = $derived.by(() => overlayDoubts(this.store.roster, this.#doubtChanges));
	/** Where another teacher's mark stands against one of this device, until somebody chooses. */
	readonly conflicts = $derived.by(() => twoAnswers(this.#lost.all, this.store.entries));
	/** Whom this device's camera saw of other classes, until they are dismissed. */
	readonly visitors = $derived(this.#visitors.filter(({ isDismissed }) => !isDismissed));
	readonly #refusalListeners = new Listeners<Refusal>();
	readonly #lostListeners = new Listeners<MarkRequest>();
	readonly #decisionListeners = new Listeners<TrackDecision[]>();
	#stopFlushing: (() => void) | null = null;
	readonly #vault: OutboxVault;
	#device: Promise<string> | null = null;
	readonly #keepNow = (): void => this.outbox.keepNow();

	/**
	 * @param roster as the page was served with it; it is current once the socket joined
	 * @param userId who is signed in: what waits on this device is theirs
	 */
	constructor(roster: Roster, userId: string) {
		this.rollCallId = roster.rollCallId;
		this.#vault = new OutboxVault(userId, roster.rollCallId);
		this.store = new RosterStore(
			this.connection,
			rollCallSource(this.connection, roster.rollCallId, () => this.#deviceId()),
			roster,
		);
		this.#lost = new LostMarks(`facetrack.conflicts.${userId}.${roster.rollCallId}`);
		this.outbox = new Outbox({
			send: (item) => this.#send(item),
			onRefused: (item, error) => this.#takeBack(item, error),
			onRestored: (items) => items.forEach((item) => this.#show(item)),
			clockOffset: () => this.connection.clock?.offset ?? null,
			isConnected: () => this.connection.state === 'online',
			keeper: this.#vault,
		});
	}

	/** Connects; call once, in the browser. */
	start(): void {
		this.#lost.restore();
		// Before it is needed: the join measures the clock by how long it takes.
		void this.#deviceId();
		this.store.follow();
		// At each connect: a page that went meanwhile may have left something.
		this.#stopFlushing = this.connection.onOnline(() => void this.outbox.restore());
		void this.outbox.restore();
		addEventListener('pagehide', this.#keepNow);
		document.addEventListener('visibilitychange', this.#keepNow);
		document.addEventListener('freeze', this.#keepNow);
		this.connection.open();
	}

	dispose(): void {
		this.#stopFlushing?.();
		removeEventListener('pagehide', this.#keepNow);
		document.removeEventListener('visibilitychange', this.#keepNow);
		document.removeEventListener('freeze', this.#keepNow);
		this.store.dispose();
		this.connection.close();
		// Afterwards: what was on its way comes back, and is kept for the next page.
		setTimeout(() => this.outbox.dispose());
	}

	onRefused(listener: (refusal: Refusal) => void): () => void {
		return this.#refusalListeners.add(listener);
	}

	/** Hears the server's word on tracks, whether their sightings went out at once or waited. */
	onDecisions(listener: (decisions: TrackDecision[]) => void): () => void {
		return this.#decisionListeners.add(listener);
	}

	/** Hears of a mark of this device that was not made, because another teacher's stands. */
	onLost(listener: (request: MarkRequest) => void): () => void {
		return this.#lostListeners.add(listener);
	}

	/**
	 * Marks by hand, shown at once; null takes a mark back. Whoever marks a student anew has chosen
	 * between two answers.
	 */
	mark(studentId: string, status: MarkStatus | null, extras: MarkExtras = {}): MarkRequest {
		const request: MarkRequest = {
			id: newId(),
			rollCallId: this.rollCallId,
			studentId,
			status,
			markedAt: this.connection.now(),
			madeAt: this.connection.now(),
			sawVersion: this.store.roster.version,
			...extras,
		};
		this.#lost.settle(studentId);
		this.#add({ kind: 'mark', request });
		return request;
	}

	/** Marks those who wait now, and nobody else; null where nobody waits. */
	markRest(status: MarkRest['status']): MarkRest | null {
		const waiting = this.store.entries.filter((entry) => entry.status === null);
		if (waiting.length === 0) return null;
		const request: MarkRest = {
			id: newId(),
			rollCallId: this.rollCallId,
			studentIds: waiting.map(({ studentId }) => studentId),
			status,
			markedAt: this.connection.now(),
			madeAt: this.connection.now(),
		};
		this.#add({ kind: 'rest', request });
		return request;
	}

	/** Takes {@link markRest} back, where nobody has changed it since. */
	undoRest(rest: MarkRest): void {
		const { rollCallId } = this;
		const request = { id: newId(), rollCallId, restId: rest.id, madeAt: this.connection.now() };
		this.#add({ kind: 'undoRest', request, rest });
	}

	/** Lets stand what another teacher said. */
	keepOther(studentId: string): void {
		this.#lost.settle(studentId);
	}

	/** Answers a doubt with one of its candidates, or with nobody. */
	answerDoubt(doubt: DoubtView, studentId: string | null): DoubtAnswer {
		const request: DoubtAnswer = {
			id: newId(),
			rollCallId: this.rollCallId,
			doubtId: doubt.id,
			madeAt: this.connection.now(),
			studentId,
			candidateIds: doubt.candidates.map((candidate) => candidate.studentId),
		};
		this.#add({ kind: 'answer', request });
		return request;
	}

	/** Takes an answer back: the doubt waits again, at once on this screen. */
	reopenDoubt(doubt: DoubtView): void {
		const request: ReopenDoubt = {
			id: newId(),
			rollCallId: this.rollCallId,
			doubtId: doubt.id,
			madeAt: this.connection.now(),
		};
		this.#add({ kind: 'reopen', request }, doubt);
	}

	dismissVisitor(visitor: Visitor): void {
		this.#visitors = dismissVisitor(this.#visitors, visitor);
	}

	/**
	 * Why the camera decided as it did about a student.
	 * @throws RequestError
	 */
	async explain(studentId: string): Promise<Explanation[]> {
		const { rollCallId } = this;
		return (await this.connection.request('rollCall:explain', { rollCallId, studentId }))
			.explanations;
	}

	/**
	 * What became of a student's mark, the earliest change first.
	 * @throws RequestError
	 */
	async history(studentId: string): Promise<MarkChangeView[]> {
		const { rollCallId } = this;
		return (await this.connection.request('rollCall:history', { rollCallId, studentId })).history;
	}

	/**
	 * Closes the roll call, after all that waits on this device has been sent.
	 * @throws RequestError
	 */
	async close(): Promise<void> {
		await this.connection.settled;
		await this.outbox.flush();
		if (this.outbox.waiting.byHand > 0) throw new RequestError('offline', 'marks still wait');
		await this.connection.request('rollCall:close', { rollCallId: this.rollCallId });
	}

	/** Sends what the camera saw, at once where that is possible, else when the network is back. */
	async sendSightings(batch: CapturedBatch): Promise<void> {
		if (this.connection.state !== 'online') {
			this.outbox.addSeen(batch);
			return;
		}
		try {
			await this.#sendBatch(batch);
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			if (!error.passes) return;
			// It may have arrived: sent again as it is, it counts once.
			if (this.#waitingBatches() < MOST_BATCHES) this.outbox.add({ kind: 'sightings', batch });
			else this.outbox.addSeen(batch);
		}
	}

	#waitingBatches(): number {
		return this.outbox.items.filter(({ kind }) => kind === 'sightings').length;
	}

	/** This browser, for the server; of this page alone where the browser keeps nothing. */
	#deviceId(): Promise<string> {
		return (this.#device ??= this.#vault.deviceId().catch((error: unknown) => {
			if (error instanceof KeepingError) return newId();
			throw error;
		}));
	}

	#add(item: OutboxItem, doubt: DoubtView | null = null): void {
		this.#show(item, doubt);
		this.outbox.add(item);
	}

	/** @param doubt what is shown of a doubt that waits again; unknown after a reload */
	#show(item: OutboxItem, doubt: DoubtView | null = null): void {
		if (isMark(item)) this.store.show(item);
		if (item.kind !== 'answer' && item.kind !== 'reopen') return;
		const { id, doubtId } = item.request;
		const waits = item.kind === 'reopen';
		const change = { id, doubtId, waits, doubt, version: null };
		this.#doubtChanges = withChange(this.#doubtChanges, change);
	}

	async #send(item: OutboxItem): Promise<void> {
		switch (item.kind) {
			case 'mark':
				await this.#sendMark(item.request);
				return;
			case 'rest':
			case 'undoRest': {
				const { version } = await this.#sendRest(item);
				this.store.confirm(item.request.id, version);
				return;
			}
			case 'answer':
			case 'reopen': {
				const { version } = await this.#sendDoubt(item);
				this.#doubtChanges = confirmChange(this.#doubtChanges, item.request.id, version);
				return;
			}
			case 'sightings':
				await this.#sendWaitedBatch(item.batch);
				return;
			case 'late':
				await this.#sendLate(item.batch);
		}
	}

	async #sendMark(request: MarkRequest): Promise<void> {
		const { version, conflict } = await this.connection.request('rollCall:mark', request);
		if (conflict !== null) {
			this.#lost.add(request, conflict);
			this.#lostListeners.tell(request);
		}
		this.store.confirm(request.id, version);
	}

	#sendRest(item: Extract<OutboxItem, { kind: 'rest' | 'undoRest' }>) {
		return item.kind === 'rest'
			? this.connection.request('rollCall:markRest', item.request)
			: this.connection.request('rollCall:undoRest', item.request);
	}

	#sendDoubt(item: Extract<OutboxItem, { kind: 'answer' | 'reopen' }>) {
		return item.kind === 'answer'
			? this.connection.request('rollCall:answerDoubt', item.request)
			: this.connection.request('rollCall:reopenDoubt', item.request);
	}

	async #sendBatch(batch: CapturedBatch): Promise<void> {
		const { decisions } = await this.connection.request('rollCall:sightings', packBatch(batch));
		this.#visitors = noteVisitors(this.#visitors, decisions);
		this.#decisionListeners.tell(decisions);
	}

	/** A roll call that closed meanwhile takes it only as what it is: late. */
	async #sendWaitedBatch(batch: CapturedBatch): Promise<void> {
		try {
			await this.#sendBatch(batch);
		} catch (error) {
			if (!(error instanceof RequestError) || error.code !== 'closed') throw error;
			this.outbox.addSeen(batch);
		}
	}

	async #sendLate(late: CapturedLate): Promise<void> {
		const payload = packLate(late, await this.#deviceId());
		const { decisions } = await this.connection.request('rollCall:lateSightings', payload);
		this.#decisionListeners.tell(decisions);
	}

	#takeBack(item: OutboxItem, error: RequestError): void {
		if (item.kind === 'sightings') return;
		if (item.kind === 'late') {
			const { id } = item.batch;
			this.#refusalListeners.tell({ id, kind: 'late', studentId: null, message: error.message });
			return;
		}
		// What was to take it back may have gone with it.
		const waitingIds = this.outbox.items.map(itemId);
		if (isMark(item)) this.store.dropRefused(waitingIds);
		else this.#doubtChanges = dropRefused(this.#doubtChanges, waitingIds);
		this.#refusalListeners.tell({
			id: item.request.id,
			kind: item.kind,
			studentId: item.kind === 'mark' || item.kind === 'answer' ? item.request.studentId : null,
			message: error.message,
		});
	}
}

function isMark(item: OutboxItem): item is MarkItem {
	return item.kind === 'mark' || item.kind === 'rest' || item.kind === 'undoRest';
}
