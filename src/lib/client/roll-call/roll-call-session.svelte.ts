import type { DoubtAnswer, MarkRequest, ReopenDoubt, TrackDecision } from '$lib/contract/events';
import type { Explanation } from '$lib/contract/explanation';
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
import { Outbox } from '../realtime/outbox-store.svelte';
import { itemId, packBatch, type CapturedBatch, type OutboxItem } from '../realtime/outbox';
import { RequestError } from '../realtime/request-error';
import { rollCallSource, RosterStore } from '../realtime/roster-store.svelte';
import { dismissVisitor, noteVisitors, type Visitor } from './visitors';

/** What the server did not take, with its sentence. */
export interface Refusal {
	kind: 'mark' | 'answer' | 'reopen';
	/** Whose mark would have changed, where that is known. */
	studentId: string | null;
	message: string;
}

/** One device's part in a roll call: its socket, its roster, and what waits to be sent. */
export class RollCallSession {
	readonly connection = new Connection();
	readonly store: RosterStore;
	readonly outbox: Outbox;
	readonly rollCallId: string;
	#doubtChanges = $state.raw<readonly DoubtChange[]>([]);
	#visitors = $state.raw<readonly Visitor[]>([]);
	/** Those that wait for an answer, as the teacher left them. */
	readonly doubts = $derived.by(() => overlayDoubts(this.store.roster, this.#doubtChanges));
	/** Whom this device's camera saw of other classes, until they are dismissed. */
	readonly visitors = $derived(this.#visitors.filter(({ isDismissed }) => !isDismissed));
	readonly #refusalListeners = new Listeners<Refusal>();
	readonly #decisionListeners = new Listeners<TrackDecision[]>();
	#stopFlushing: (() => void) | null = null;

	/** @param roster as the page was served with it; it is current once the socket joined. */
	constructor(roster: Roster) {
		this.rollCallId = roster.rollCallId;
		this.store = new RosterStore(
			this.connection,
			rollCallSource(this.connection, roster.rollCallId),
			roster,
		);
		this.outbox = new Outbox({
			send: (item) => this.#send(item),
			onRefused: (item, error) => this.#takeBack(item, error),
			storageKey: `facetrack.outbox.${roster.rollCallId}`,
		});
	}

	/** Connects; call once, in the browser. */
	start(): void {
		this.outbox.restore();
		for (const item of this.outbox.items) this.#show(item);
		this.store.follow();
		this.#stopFlushing = this.connection.onOnline(() => void this.outbox.flush());
		this.connection.open();
	}

	dispose(): void {
		this.#stopFlushing?.();
		this.outbox.dispose();
		this.store.dispose();
		this.connection.close();
	}

	onRefused(listener: (refusal: Refusal) => void): () => void {
		return this.#refusalListeners.add(listener);
	}

	/** Hears the server's word on tracks, whether their sightings went out at once or waited. */
	onDecisions(listener: (decisions: TrackDecision[]) => void): () => void {
		return this.#decisionListeners.add(listener);
	}

	/** Marks by hand, shown at once; null takes a mark back. */
	mark(studentId: string, status: MarkStatus | null, reason?: string): void {
		const request: MarkRequest = {
			id: newId(),
			rollCallId: this.rollCallId,
			studentId,
			status,
			markedAt: this.connection.now(),
			...(reason === undefined || reason === '' ? {} : { reason }),
		};
		this.#add({ kind: 'mark', request });
	}

	/** Answers a doubt with one of its candidates, or with nobody. */
	answerDoubt(doubt: DoubtView, studentId: string | null): void {
		const request: DoubtAnswer = {
			id: newId(),
			rollCallId: this.rollCallId,
			doubtId: doubt.id,
			studentId,
			candidateIds: doubt.candidates.map((candidate) => candidate.studentId),
		};
		this.#add({ kind: 'answer', request });
	}

	/** Takes an answer back: the doubt waits again, at once on this screen. */
	reopenDoubt(doubt: DoubtView): void {
		const request: ReopenDoubt = { id: newId(), rollCallId: this.rollCallId, doubtId: doubt.id };
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
	 * Closes the roll call, after all that waits on this device has been sent.
	 * @throws RequestError
	 */
	async close(): Promise<void> {
		await this.outbox.flush();
		if (this.outbox.waiting.byHand > 0) throw new RequestError('offline', 'marks still wait');
		await this.connection.request('rollCall:close', { rollCallId: this.rollCallId });
	}

	/** Sends what the camera saw, at once where that is possible, else when the network is back. */
	async sendSightings(batch: CapturedBatch): Promise<void> {
		try {
			await this.#sendBatch(batch);
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			if (error.passes) this.outbox.add({ kind: 'sightings', batch });
		}
	}

	#add(item: OutboxItem, doubt: DoubtView | null = null): void {
		this.#show(item, doubt);
		this.outbox.add(item);
	}

	/** @param doubt what is shown of a doubt that waits again; unknown after a reload */
	#show(item: OutboxItem, doubt: DoubtView | null = null): void {
		if (item.kind === 'mark') this.store.showMark(item.request);
		if (item.kind !== 'answer' && item.kind !== 'reopen') return;
		const { id, doubtId } = item.request;
		const waits = item.kind === 'reopen';
		const change = { id, doubtId, waits, doubt, version: null };
		this.#doubtChanges = withChange(this.#doubtChanges, change);
	}

	async #send(item: OutboxItem): Promise<void> {
		switch (item.kind) {
			case 'mark': {
				const { version } = await this.connection.request('rollCall:mark', item.request);
				this.store.confirmMark(item.request, version);
				return;
			}
			case 'answer':
			case 'reopen': {
				const { version } = await this.#sendDoubt(item);
				this.#doubtChanges = confirmChange(this.#doubtChanges, item.request.id, version);
				return;
			}
			case 'sightings':
				await this.#sendBatch(item.batch);
		}
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

	#takeBack(item: OutboxItem, error: RequestError): void {
		if (item.kind === 'sightings') return;
		if (item.kind === 'mark') this.store.rollBackMark(item.request);
		else {
			const waitingIds = this.outbox.items.map(itemId);
			this.#doubtChanges = dropRefused(this.#doubtChanges, waitingIds);
		}
		const studentId = item.kind === 'reopen' ? null : item.request.studentId;
		this.#refusalListeners.tell({ kind: item.kind, studentId, message: error.message });
	}
}
