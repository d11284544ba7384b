/** One thing that a person did on this page and can take back. */
export interface UndoStep {
	/** The request's. */
	id: string;
	/** What was done, in words. */
	text: string;
	undo: () => void;
	/** What is said of the undo, where it need not take all of it back. */
	undone?: string;
}

/** Further back nobody remembers what they did. */
export const MOST_STEPS = 50;

/** Adds what was done last; the oldest beyond {@link MOST_STEPS} can no longer be taken back. */
export function withStep(steps: readonly UndoStep[], step: UndoStep): UndoStep[] {
	return [...steps, step].slice(-MOST_STEPS);
}

/** Forgets a step that was undone, or that the server never took. */
export function withoutStep(steps: readonly UndoStep[], id: string): UndoStep[] {
	return steps.filter((step) => step.id !== id);
}
