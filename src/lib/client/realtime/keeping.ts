import {
	KeepingError,
	type KeepingProblem,
	type KeptRecord,
	type OutboxKeeper,
} from './outbox-vault';

/** What the outbox has by these ids now; what is not there any more is left out. */
type Read = (ids: ReadonlySet<string>) => readonly KeptRecord[];

/**
 * Brings a keeper up to date with the page, one step after another. What could not be kept is kept with
 * the next step; until then the page has it.
 */
export class Keeping {
	readonly #keeper: OutboxKeeper;
	readonly #read: Read;
	readonly #onProblem: (problem: KeepingProblem | null) => void;
	readonly #toKeep = new Set<string>();
	readonly #toForget = new Set<string>();
	#last: Promise<void> = Promise.resolve();

	/** @param onProblem told after each step: why it failed, or null once all is kept */
	constructor(
		keeper: OutboxKeeper,
		read: Read,
		onProblem: (problem: KeepingProblem | null) => void,
	) {
		this.#keeper = keeper;
		this.#read = read;
		this.#onProblem = onProblem;
	}

	/** These have changed, and those are done; nothing is written before {@link now}. */
	note(changed: readonly string[], done: readonly string[]): void {
		for (const id of changed) this.#toKeep.add(id);
		for (const id of done) {
			this.#toKeep.delete(id);
			this.#toForget.add(id);
		}
	}

	/** Writes what is noted, all in one step. @returns when that is done; never rejects */
	now(): Promise<void> {
		this.#last = this.#last.then(() => this.#write());
		return this.#last;
	}

	async #write(): Promise<void> {
		if (this.#toKeep.size === 0 && this.#toForget.size === 0) return;
		const put = this.#read(this.#toKeep);
		const done = [...this.#toForget];
		this.#toKeep.clear();
		this.#toForget.clear();
		try {
			await this.#keeper.change(put, done);
			this.#onProblem(null);
		} catch (error) {
			if (!(error instanceof KeepingError)) throw error;
			this.#onProblem(error.problem);
			for (const { id } of put) if (!this.#toForget.has(id)) this.#toKeep.add(id);
			for (const id of done) if (!this.#toKeep.has(id)) this.#toForget.add(id);
		}
	}
}
