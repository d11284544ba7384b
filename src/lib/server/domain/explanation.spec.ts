// Protects that the words which a teacher reads say what the numbers say.
import { describe, expect, it } from 'vitest';
import { fuse } from './evidence';
import { evidenceOf, inWords, type DecisionContext } from './explanation';
import { PENDING, type Decision } from './lanes';
import { DEFAULT_POLICY } from './policy';

const context: DecisionContext = {
	policy: DEFAULT_POLICY,
	members: 30,
	references: 90,
	engine: { modelId: 'm', pipelineVersion: '1' },
};
const thresholds = { accept: 0.5, ask: 0.4, acceptElsewhere: 0.55 };
const track = fuse(null, { vector: new Float32Array(512).fill(0.04), quality: 0.7, capturedAt: 9 });

function words(score: number, runnerUp: number | null, seen = track) {
	const decision: Decision = {
		lane: 'recognised',
		candidates: [{ studentId: 'ada', score }],
		reason: null,
		runnerUp: runnerUp === null ? null : { studentId: 'bo', score: runnerUp },
		thresholds,
	};
	const evidence = evidenceOf(decision, seen, context);
	if (evidence === null) throw new Error('no evidence');
	return inWords(evidence);
}

describe('inWords', () => {
	it.each([
		[0.8, 0.1, { match: 'clear', nextCandidate: 'far', view: 'good' }],
		[0.55, 0.4, { match: 'sufficient', nextCandidate: 'near' }],
		[0.45, 0.1, { match: 'weak', nextCandidate: 'far' }],
		[0.8, null, { match: 'clear', nextCandidate: 'none' }],
	] as const)('reads a score of %d with the next at %s', (score, next, expected) => {
		expect(words(score, next)).toMatchObject({ frames: 1, ...expected });
	});

	it('says when the face was seen badly', () => {
		expect(words(0.8, 0.1, { ...track, quality: 0.2 }).view).toBe('poor');
	});
});

describe('evidenceOf', () => {
	it('keeps every number that the decision rests on, and no vector', () => {
		const decision: Decision = {
			lane: 'recognised',
			candidates: [{ studentId: 'ada', score: 0.8 }],
			reason: null,
			runnerUp: null,
			thresholds,
		};
		expect(evidenceOf(decision, track, context)).toEqual({
			...context,
			frames: 1,
			sightings: [{ at: 9, quality: 0.7 }],
			quality: 0.7,
			scores: [0.8],
			runnerUp: null,
			accept: 0.5,
			ask: 0.4,
			margin: 0.1,
		});
		expect(evidenceOf(PENDING, track, context)).toBeNull();
	});
});
