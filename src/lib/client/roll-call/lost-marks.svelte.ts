import * as v from 'valibot';
import type { MarkConflict, MarkRequest } from '$lib/contract/marks';
import { keepList, recallList } from '../realtime/kept-list';
import { LostMarkSchema, withLost, withoutLost, type LostMark } from './conflicts';

const KeptSchema = v.array(LostMarkSchema);

/** The marks of this device that another teacher's stand against, until somebody chooses; they survive a reload. */
export class LostMarks {
	#all = $state.raw<readonly LostMark[]>([]);
	readonly #storageKey: string;

	constructor(storageKey: string) {
		this.#storageKey = storageKey;
	}

	get all(): readonly LostMark[] {
		return this.#all;
	}

	/** Takes up what nobody chose about on an earlier page; in a browser only. */
	restore(): void {
		this.#all = recallList(this.#storageKey, KeptSchema);
	}

	add(request: MarkRequest, conflict: MarkConflict): void {
		this.#update(withLost(this.#all, request, conflict));
	}

	settle(studentId: string): void {
		if (this.#all.length > 0) this.#update(withoutLost(this.#all, studentId));
	}

	#update(lost: readonly LostMark[]): void {
		this.#all = lost;
		keepList(this.#storageKey, lost);
	}
}
