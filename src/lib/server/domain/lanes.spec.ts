// Protects where a track ends: a name only by the policy and clear of everybody else, a question with
// its reason where the camera cannot tell, and never a question about nobody.
import { describe, expect, it } from 'vitest';
import { fuse, type TrackEvidence } from './evidence';
import { decide, MARGIN, type Claim } from './lanes';
import { normalise } from './matching';

const thresholds = { accept: 0.5, ask: 0.4, acceptElsewhere: 0.55 };

function seen(sightings: number, quality = 0.8, everyMs = 200): TrackEvidence {
	let evidence: TrackEvidence | null = null;
	for (let i = 0; i < sightings; i++) {
		const vector = normalise(new Float32Array(512).fill(1));
		evidence = fuse(evidence, { vector, quality, capturedAt: i * everyMs });
	}
	if (evidence === null) throw new Error('no sightings');
	return evidence;
}

const ada = (score: number) => ({ studentId: 'ada', score });
const bo = (score: number) => ({ studentId: 'bo', score });

function claim(changes: Partial<Claim>): Claim {
	const standing = changes.standing ?? [ada(0.8), bo(0.1)];
	return {
		evidence: seen(8),
		standing,
		thresholds,
		assigned: (standing[0]?.score ?? -1) >= thresholds.ask ? standing[0]! : null,
		held: new Set(),
		taken: new Set(),
		rivals: [],
		isElsewhere: false,
		isUnconfirmed: false,
		isPhotograph: false,
		isStillWatched: false,
		recognised: null,
		...changes,
	};
}

describe('decide', () => {
	it('says nothing before there is evidence enough', () => {
		expect(decide(claim({ evidence: seen(2, 0.8, 1000) })).lane).toBe('pending');
		expect(decide(claim({ evidence: seen(9, 0.8, 10) })).lane).toBe('pending');
	});

	it('asks about a face that nobody has confirmed, however clear the match', () => {
		expect(decide(claim({ isUnconfirmed: true }))).toMatchObject({
			lane: 'doubtful',
			reason: 'unconfirmed',
			candidates: [ada(0.8)],
		});
		const weak = claim({ isUnconfirmed: true, standing: [ada(0.45), bo(0.1)] });
		expect(decide(weak)).toMatchObject({ lane: 'doubtful', reason: 'weak-match' });
	});

	it('asks about what looks like a photograph at once, however clear or weak the match', () => {
		const shown = { isPhotograph: true, evidence: seen(3) };
		expect(decide(claim(shown))).toMatchObject({
			lane: 'doubtful',
			reason: 'photograph',
			candidates: [ada(0.8)],
		});
		const close = [ada(0.7), bo(0.7 - MARGIN / 2)];
		expect(decide(claim({ ...shown, standing: close }))).toMatchObject({
			reason: 'photograph',
			candidates: close,
		});
		expect(decide(claim({ ...shown, standing: [ada(0.39)] })).lane).not.toBe('doubtful');
	});

	it('gives no name while a face may yet turn out to be a photograph', () => {
		expect(decide(claim({ isStillWatched: true })).lane).toBe('pending');
		const weak = { isStillWatched: true, standing: [ada(0.45), bo(0.1)] };
		expect(decide(claim(weak))).toMatchObject({ lane: 'doubtful', reason: 'weak-match' });
	});

	it('recognises a clear match, and says by which scores', () => {
		expect(decide(claim({ evidence: seen(3) }))).toEqual({
			lane: 'recognised',
			candidates: [ada(0.8)],
			reason: null,
			runnerUp: bo(0.1),
			thresholds,
		});
	});

	it.each([
		['weak-match', claim({ standing: [ada(0.49), bo(0.1)] })],
		['low-quality', claim({ standing: [ada(0.49), bo(0.1)], evidence: seen(8, 0.3) })],
		['weak-match', claim({ standing: [ada(0.54), bo(0.1)], isElsewhere: true })],
	] as const)('asks about one candidate: %s', (reason, about) => {
		expect(decide(about)).toMatchObject({ lane: 'doubtful', reason, candidates: [about.assigned] });
	});

	it('asks between two who are too close, and between rivals however far apart', () => {
		const close = [ada(0.7), bo(0.7 - MARGIN / 2)];
		expect(decide(claim({ standing: close }))).toMatchObject({
			lane: 'doubtful',
			reason: 'close-runner-up',
			candidates: close,
		});
		const twins = [ada(0.9), bo(0.5)];
		expect(decide(claim({ standing: twins, rivals: ['bo'] }))).toMatchObject({
			lane: 'doubtful',
			reason: 'confusable',
			candidates: twins,
		});
	});

	it('gives what is not clear more time before it asks', () => {
		const standing = [ada(0.49), bo(0.1)];
		expect(decide(claim({ standing, evidence: seen(3) })).lane).toBe('pending');
	});

	it('takes somebody who is elsewhere in the picture out of the way', () => {
		const standing = [bo(0.62), ada(0.6)];
		const about = { standing, assigned: ada(0.6), held: new Set(['bo']), taken: new Set(['bo']) };
		expect(decide(claim(about))).toMatchObject({ lane: 'recognised', candidates: [ada(0.6)] });
	});

	it('calls a face unknown that resembles nobody, or only somebody who is elsewhere', () => {
		expect(decide(claim({ standing: [ada(0.39)] })).lane).toBe('unknown');
		expect(decide(claim({ standing: [] })).lane).toBe('unknown');
		expect(decide(claim({ assigned: null })).lane).toBe('unknown');
		expect(decide(claim({ assigned: null, evidence: seen(3) })).lane).toBe('pending');
	});
});

describe('a name that was given', () => {
	it('stays while the assignment keeps it', () => {
		const about = { standing: [ada(0.41), bo(0.39)], recognised: 'ada' };
		expect(decide(claim(about)).lane).toBe('recognised');
	});

	it('is asked about when what was seen later contradicts it', () => {
		const about = { standing: [bo(0.7), ada(0.3)], recognised: 'ada' };
		expect(decide(claim(about))).toMatchObject({
			lane: 'doubtful',
			reason: 'contradicted',
			candidates: [ada(0.3)],
		});
	});

	it('is asked about when somebody else fits clearly better by now', () => {
		const about = { standing: [bo(0.7), ada(0.45)], recognised: 'ada' };
		expect(decide(claim(about))).toMatchObject({ reason: 'contradicted', candidates: [ada(0.45)] });
	});

	it('is asked about when its face turns out to look like a photograph', () => {
		const about = { isPhotograph: true, recognised: 'ada' };
		expect(decide(claim(about))).toMatchObject({ reason: 'contradicted', candidates: [ada(0.8)] });
	});

	it('is not asked about when somebody else in the picture has it with better right', () => {
		const about = { standing: [ada(0.6)], recognised: 'ada', assigned: null };
		expect(decide(claim({ ...about, held: new Set(['ada']) })).lane).toBe('unknown');
	});
});
