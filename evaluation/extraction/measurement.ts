import type { Template } from '../metrics/comparison';

/** What a pipeline made of a picture. */
export type Measurement =
	| { kind: 'face'; template: Template; ms: number }
	| { kind: 'no-face'; ms: number }
	/** It cannot be decoded, or no page survived it. */
	| { kind: 'broken' };

/** Of a file: it may not be there at all. */
export type Outcome = Measurement | { kind: 'missing' };

/** Ours, and the one that it is compared with. */
export type PipelineName = 'engine' | 'human';
