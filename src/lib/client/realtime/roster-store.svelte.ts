import { SvelteMap } from 'svelte/reactivity';
import type { JoinAnswer } from '$lib/contract/events';
import type { Roster, RosterChange, RosterEntry } from '$lib/contract/roster';
import { addLatency, median } from './clock';
import type { Connection } from './connection.svelte';
import { Listeners } from './listeners';
import type { MarkItem } from './outbox';
import { overlayMarks, studentsOf } from './own-marks';
import { RequestError } from './request-error';
import { applyChange, changedMarks, countEntries } from './roster';

/** What a roster needs of its page's connection. */
export type RosterFeed = Pick<Connection, 'onRosterChange' | 'onOnline' | 'learnClock' | 'now'>;

/** Where a roster comes from: a roll call for those who teach it, or a display by its token. */
export interface RosterSource {
	join(): Promise<JoinAnswer>;
	catchUp(sinceVersion: number): Promise<RosterChange>;
}

/** The whole roster, for people who are signed in. @param deviceId this browser, for the server */
export function rollCallSource(
	connection: Connection,
	rollCallId: string,
	deviceId: () => Promise<string>,
): RosterSource {
	return {
		join: async () =>
			connection.request('rollCall:join', { rollCallId, deviceId: await deviceId() }),
		catchUp: (sinceVersion) => connection.request('rollCall:catchUp', { rollCallId, sinceVersion }),
	};
}

/** What the class chose to show, for a display; its token went with the handshake. */
export function displaySource(connection: Connection): RosterSource {
	return {
		join: () => connection.request('display:join', null),
		catchUp: (sinceVersion) => connection.request('display:catchUp', { sinceVersion }),
	};
}

/** Waits before a join that the server could not answer is tried again. */
const REJOIN_MS = 2_000;

/** A roster that keeps itself current: joins at every connect, applies changes, mends gaps. */
export class RosterStore {
	#roster: Roster;
	#pending = $state.raw<readonly PendingMark[]>([]);
	#latencies = $state.raw<number[]>([]);
	#refusal = $state.raw<RequestError | null>(null);
	/** The lines as they are shown: the server's, with marks by hand that are on their way. */
	readonly entries = $derived.by(() =>
		overlayMarks(
			this.#roster,
			this.#pending.map(({ item }) => item),
		),
	);
	readonly counts = $derived(countEntries(this.entries));
	/** Median of capture to roster row over the newest marks by camera, ms; null before the first. */
	readonly medianLatency = $derived(median(this.#latencies));
	/** How often each student's mark changed while this page looked: a row glows at each change. */
	readonly changes = new SvelteMap<string, number>();

	readonly #connection: RosterFeed;
	readonly #source: RosterSource;
	readonly #markListeners = new Listeners<RosterEntry[]>();
	#unsubscribe: (() => void)[] = [];
	#rejoin: ReturnType<typeof setTimeout> | null = null;
	#mending = false;

	constructor(connection: RosterFeed, source: RosterSource, initial: Roster) {
		this.#connection = connection;
		this.#source = source;
		this.#roster = $state.raw(initial);
	}

	/** The roster as the server has it. */
	get roster(): Roster {
		return this.#roster;
	}

	/** Why the server refused the roster itself; null while all is well. */
	get refusal(): RequestError | null {
		return this.#refusal;
	}

	/** Begins to follow the roll call; call once, in the browser. */
	follow(): void {
		this.#unsubscribe = [
			this.#connection.onRosterChange((change) => this.#receive(change)),
			this.#connection.onOnline(() => void this.#join()),
		];
	}

	dispose(): void {
		for (const unsubscribe of this.#unsubscribe) unsubscribe();
		if (this.#rejoin !== null) clearTimeout(this.#rejoin);
	}

	/** Calls back with the lines whose mark was changed by the camera or on another device. */
	onMarks(listener: (entries: RosterEntry[]) => void): () => void {
		return this.#markListeners.add(listener);
	}

	/** The line of a student as it is shown, or null. */
	entry(studentId: string): RosterEntry | null {
		return this.entries.find((entry) => entry.studentId === studentId) ?? null;
	}

	/** Shows what was done by hand at once, until {@link confirm} or {@link dropRefused}. */
	show(item: MarkItem): void {
		this.#pending = [...this.#pending, { item, version: null }];
		this.#glow(studentsOf(item));
	}

	/** The server took the request in this version: the overlay goes once the roster is there. */
	confirm(requestId: string, version: number): void {
		this.#pending = this.#pending.map((change) =>
			change.item.request.id === requestId ? { ...change, version } : change,
		);
		this.#forgetArrived();
	}

	/** Drops what neither the server took nor this device will send any more. */
	dropRefused(waitingIds: readonly string[]): void {
		this.#pending = this.#pending.filter(
			({ item, version }) => version !== null || waitingIds.includes(item.request.id),
		);
	}

	async #join(): Promise<void> {
		const sentAt = Date.now();
		try {
			const { roster, serverTime } = await this.#source.join();
			this.#connection.learnClock(sentAt, serverTime, Date.now());
			this.#refusal = null;
			// A change may have overtaken the answer; what is newer stays.
			if (roster.version >= this.#roster.version) this.#replace(roster);
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			if (!error.passes) this.#refusal = error;
			else if (error.code !== 'offline') {
				this.#rejoin = setTimeout(() => void this.#join(), REJOIN_MS);
			}
		}
	}

	#receive(change: RosterChange): void {
		const next = applyChange(this.#roster, change);
		if (next === 'gap') {
			void this.#mend();
			return;
		}
		if (next === this.#roster) return;
		this.#replace(next);
		if (change.capturedAt !== null) {
			this.#latencies = addLatency(this.#latencies, this.#connection.now() - change.capturedAt);
		}
	}

	/** Fetches what is missing; a change that arrives meanwhile is part of the answer or a new gap. */
	async #mend(): Promise<void> {
		if (this.#mending) return;
		this.#mending = true;
		try {
			this.#receive(await this.#source.catchUp(this.#roster.version));
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			// The next change, or the join after a reconnect, brings what is missing.
		} finally {
			this.#mending = false;
		}
	}

	#replace(next: Roster): void {
		const changed = changedMarks(this.#roster, next);
		const byHand = this.#pending.flatMap(({ item }) => studentsOf(item));
		this.#roster = next;
		this.#forgetArrived();
		// A mark by hand of this device glowed when it was tapped.
		const news = changed.filter(({ studentId }) => !byHand.includes(studentId));
		this.#glow(news.map(({ studentId }) => studentId));
		if (news.length > 0) this.#markListeners.tell(news);
	}

	#glow(studentIds: readonly string[]): void {
		for (const id of studentIds) this.changes.set(id, (this.changes.get(id) ?? 0) + 1);
	}

	#forgetArrived(): void {
		const { version } = this.#roster;
		this.#pending = this.#pending.filter((one) => one.version === null || one.version > version);
	}
}

/** Something done by hand on its way; `version` is known once the server took it. */
interface PendingMark {
	item: MarkItem;
	version: number | null;
}
