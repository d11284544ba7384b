/** Runs a step when those before it have ended, at once when there are none. */
export type InTurn = <T>(step: () => Promise<T>) => Promise<T>;

/** Steps that must not meet, one after another. A failed one does not hold up the next. */
export function createTurns(): InTurn {
	let last: Promise<unknown> | null = null;
	return (step) => {
		const turn = last === null ? step() : last.then(step, step);
		last = turn;
		const end = () => {
			if (last === turn) last = null;
		};
		turn.then(end, end);
		return turn;
	};
}
