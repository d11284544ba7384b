// Protects undo: the last thing done is the first taken back, each only once, and the memory of a
// long lesson is bounded.
import { expect, it } from 'vitest';
import { MOST_STEPS, withoutStep, withStep, type UndoStep } from './undo-stack';

const step = (id: string): UndoStep => ({ id, text: id, undo: () => undefined });
const fill = (ids: string[]) => ids.map(step).reduce<UndoStep[]>(withStep, []);
const idsOf = (steps: readonly UndoStep[]) => steps.map(({ id }) => id);

it('has what was done last at its end', () => {
	expect(idsOf(fill(['a', 'b', 'c']))).toEqual(['a', 'b', 'c']);
});

it('forgets one step wherever it stands, and nothing where it is gone', () => {
	const steps = withoutStep(fill(['a', 'b', 'c']), 'b');
	expect(idsOf(steps)).toEqual(['a', 'c']);
	expect(idsOf(withoutStep(steps, 'b'))).toEqual(['a', 'c']);
});

it('forgets the oldest beyond its bound', () => {
	const ids = Array.from({ length: MOST_STEPS + 3 }, (_, i) => `s${i}`);
	expect(idsOf(fill(ids))).toEqual(ids.slice(3));
});
