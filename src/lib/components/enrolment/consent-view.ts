import type { ConsentDecision, ConsentGiver } from '$lib/contract/terms';

/** The consent that holds, as these pages show it. */
export interface ConsentView {
	decision: ConsentDecision;
	givenBy: ConsentGiver;
	/** ms since 1970. */
	recordedAt: number;
}
