import type { TrackDecision } from '$lib/contract/events';

type Student = NonNullable<TrackDecision['student']>;

/** Somebody who stays in the picture, or comes back for a bag, is greeted once. */
const AGAIN_AFTER_MS = 60_000;

/** Remembers whom it greeted. */
export class Greeter {
	readonly #greetedAt = new Map<string, number>();

	/**
	 * @param now ms since 1970
	 * @returns those to greet now: in, and not greeted a moment ago.
	 */
	greet(recognised: readonly Student[], now: number): Student[] {
		return recognised.filter(({ studentId, status }) => {
			// A teacher's "absent" or "excused" stands; "you're in" would contradict it.
			if (status !== 'present' && status !== 'late') return false;
			const earlier = this.#greetedAt.get(studentId) ?? -Infinity;
			this.#greetedAt.set(studentId, now);
			return now - earlier >= AGAIN_AFTER_MS;
		});
	}
}
