import { shortName } from '$lib/contract/names';
import type { DoubtView } from '$lib/contract/roster';

/** What a doubt's candidates are called: short where that tells them apart, else by their whole names. */
export function namesOf({ candidates }: Pick<DoubtView, 'candidates'>): string[] {
	const short = candidates.map(({ name }) => shortName(name));
	return new Set(short).size === short.length ? short : candidates.map(({ name }) => name);
}
