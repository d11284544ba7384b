import type { TrackDecision } from '$lib/contract/events';

/** Somebody of another class whom this camera saw during this visit to the page. */
export interface Visitor {
	name: string;
	classNames: readonly string[];
	/** The teacher has seen it and wants the line gone; it stays gone when they are seen again. */
	isDismissed: boolean;
}

/** Adds the visitors whom the decisions name; those who are noted already keep their place. */
export function noteVisitors(
	noted: readonly Visitor[],
	decisions: readonly TrackDecision[],
): readonly Visitor[] {
	const next = [...noted];
	for (const { lane, visitor } of decisions) {
		if (lane !== 'visitor' || visitor === null) continue;
		if (!next.some((one) => isSame(one, visitor))) next.push({ ...visitor, isDismissed: false });
	}
	return next.length === noted.length ? noted : next;
}

export function dismissVisitor(noted: readonly Visitor[], visitor: Visitor): Visitor[] {
	return noted.map((one) => (one === visitor ? { ...one, isDismissed: true } : one));
}

/** No id comes with a visitor: what the teacher reads is what tells them apart. */
function isSame(a: Omit<Visitor, 'isDismissed'>, b: Omit<Visitor, 'isDismissed'>): boolean {
	return a.name === b.name && a.classNames.join('\n') === b.classNames.join('\n');
}
