import { ACTIONS, type Action, type Challenge } from '$lib/contract/liveness';

/**
 * Pairs of which each asks for something that a sheet of paper cannot do well: the nose of a head
 * moves against its eyes. A strip of paper shuts a photograph's eyes and an arm brings it closer, so
 * neither is asked for without a turn or, closed eyes, a nod. (A rolled print nods better than it
 * turns: docs/accuracy.md.)
 */
const BESIDE: Record<Action, readonly Action[]> = {
	'turn-left': ['turn-right', 'nod', 'blink', 'come-closer'],
	'turn-right': ['turn-left', 'nod', 'blink', 'come-closer'],
	nod: ['turn-left', 'turn-right', 'blink'],
	blink: ['turn-left', 'turn-right', 'nod'],
	'come-closer': ['turn-left', 'turn-right'],
};

/** All challenges that are asked. */
export const CHALLENGES: readonly Challenge[] = ACTIONS.flatMap((first) =>
	BESIDE[first].map((second): Challenge => [first, second]),
);

/**
 * @param random 0..1, below 1, that nobody can foresee
 */
export function chooseChallenge(random: number): Challenge {
	const chosen = CHALLENGES[Math.floor(random * CHALLENGES.length)];
	if (!chosen) throw new RangeError('a random number lies from 0 to below 1');
	return chosen;
}
