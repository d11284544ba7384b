// Protects the cost of a full room: faces are embedded when they need evidence and not otherwise,
// and no face is starved by better-looking ones.
import { describe, expect, it } from 'vitest';
import {
	CROWDED_REVERIFY_MS,
	JUDGED_PER_FRAME,
	LONGEST_CROWDED_REVERIFY_MS,
	LONGEST_DOUBT_MS,
	LONGEST_REJUDGE_MS,
	LONGEST_REVERIFY_MS,
	PATIENCE,
	REJUDGE_MS,
	REVERIFY_MS,
	SPACING_MS,
	VECTORS_PER_FRAME,
	chooseToEmbed,
	chooseToJudge,
	type Candidate,
} from './schedule';
import type { Identity, Track } from './tracker';

const NOW = 100_000;

function track(identity: Partial<Identity> = {}, more: Partial<Track> = {}): Track {
	return {
		identity: {
			id: 1,
			template: null,
			vectors: 0,
			vectorAt: null,
			judgedAt: null,
			failures: 0,
			decided: false,
			verifications: 0,
			confirmed: true,
			...identity,
		},
		detection: { box: { x: 0, y: 0, width: 1, height: 1 }, confidence: 1, keypoints: [] },
		velocity: { x: 0, y: 0 },
		seenAt: NOW,
		appearance: new Float32Array(1),
		suspicious: false,
		crowded: false,
		...more,
	};
}

const judged = (candidates: Track[]) =>
	chooseToJudge(
		candidates.map((t) => ({ track: t, promise: 0.5 })),
		NOW,
	).map((candidate) => candidate.track);

function embeddedAgo(ms: number, identity: Partial<Identity> = {}): Partial<Identity> {
	return { vectorAt: NOW - ms, judgedAt: NOW - ms, vectors: 3, ...identity };
}

describe('chooseToJudge', () => {
	it('spaces the vectors of a track that needs evidence', () => {
		expect(judged([track()])).toHaveLength(1);
		expect(judged([track(embeddedAgo(SPACING_MS - 1))])).toHaveLength(0);
		expect(judged([track(embeddedAgo(SPACING_MS))])).toHaveLength(1);
	});

	it('leaves a decided track alone until it is verified', () => {
		const decided = { decided: true };
		expect(judged([track(embeddedAgo(REVERIFY_MS - 1, decided))])).toHaveLength(0);
		expect(judged([track(embeddedAgo(REVERIFY_MS, decided))])).toHaveLength(1);
		const crowded = track(embeddedAgo(CROWDED_REVERIFY_MS, decided), { crowded: true });
		expect(judged([crowded])).toHaveLength(1);
	});

	it('verifies a decided track that stays who it is less and less often', () => {
		const verified = (verifications: number, ms: number, crowded = false) =>
			judged([track(embeddedAgo(ms, { decided: true, verifications }), { crowded })]).length === 1;
		expect([verified(1, REVERIFY_MS), verified(1, 2 * REVERIFY_MS)]).toEqual([false, true]);
		expect(verified(20, LONGEST_REVERIFY_MS - 1)).toBe(false);
		expect(verified(20, LONGEST_REVERIFY_MS)).toBe(true);
		expect(verified(20, LONGEST_CROWDED_REVERIFY_MS - 1, true)).toBe(false);
		expect(verified(20, LONGEST_CROWDED_REVERIFY_MS, true)).toBe(true);
	});

	it('leaves a room of thirty decided faces to the detector, but for a look in some frames', () => {
		const room = Array.from({ length: 30 }, () =>
			track({ decided: true, vectors: 3, vectorAt: 0, judgedAt: 0 }),
		);
		let looks = 0;
		const frames = 600;
		for (let frame = 1; frame <= frames; frame++) {
			const now = frame * 100;
			const chosen = chooseToJudge(
				room.map((one) => ({ track: one, promise: 0.5 })),
				now,
			);
			for (const { track: verified } of chosen) {
				verified.identity.vectorAt = now;
				verified.identity.judgedAt = now;
				verified.identity.verifications++;
			}
			looks += chosen.length;
		}
		expect(looks / frames).toBeLessThan(0.5);
	});

	it('does not judge a decided face that fails the gate in every frame', () => {
		const refused = (ms: number) =>
			track({ ...embeddedAgo(2 * REVERIFY_MS, { decided: true }), judgedAt: NOW - ms });
		expect(judged([refused(REVERIFY_MS / 2 - 1)])).toHaveLength(0);
		expect(judged([refused(REVERIFY_MS / 2)])).toHaveLength(1);
	});

	it('verifies at once what may be another person, all of them', () => {
		const exchanged = Array.from({ length: 10 }, () =>
			track(embeddedAgo(1, { decided: true, judgedAt: null }), { suspicious: true }),
		);
		expect(judged(exchanged)).toHaveLength(10);
	});

	it('looks at what it judged in vain less and less often, but at a face every half second', () => {
		const vain = (failures: number, ms: number, more: Partial<Identity> = {}) =>
			judged([track({ judgedAt: NOW - ms, failures, ...more })]).length === 1;
		expect([vain(1, REJUDGE_MS - 1), vain(1, REJUDGE_MS)]).toEqual([false, true]);
		expect([vain(2, REJUDGE_MS), vain(2, 2 * REJUDGE_MS)]).toEqual([false, true]);
		expect([vain(20, LONGEST_REJUDGE_MS - 1), vain(20, LONGEST_REJUDGE_MS)]).toEqual([false, true]);
		const wall = { confirmed: false };
		expect(vain(20, LONGEST_DOUBT_MS - 1, wall)).toBe(false);
		expect(vain(20, LONGEST_DOUBT_MS, wall)).toBe(true);
		const doubted = track({ judgedAt: NOW - 1, failures: 1, decided: true }, { suspicious: true });
		expect(judged([doubted])).toHaveLength(0);
	});

	it('asks a face that nobody knows less and less often', () => {
		expect(judged([track(embeddedAgo(500, { vectors: PATIENCE - 1 }))])).toHaveLength(1);
		expect(judged([track(embeddedAgo(500, { vectors: PATIENCE }))])).toHaveLength(0);
		expect(judged([track(embeddedAgo(1000, { vectors: PATIENCE }))])).toHaveLength(1);
	});

	it('judges a bounded number a frame, those without evidence before those that are decided', () => {
		const decided = track(embeddedAgo(REVERIFY_MS * 5, { decided: true }));
		const crowd = Array.from({ length: JUDGED_PER_FRAME }, () => track());
		const chosen = judged([decided, ...crowd]);
		expect(chosen).toHaveLength(JUDGED_PER_FRAME);
		expect(chosen).not.toContain(decided);
	});

	it('gives a poor capture its turn: waiting counts', () => {
		const poor: Candidate = { track: track(embeddedAgo(3000)), promise: 0.3 };
		const good: Candidate[] = Array.from({ length: JUDGED_PER_FRAME }, () => ({
			track: track(embeddedAgo(SPACING_MS)),
			promise: 0.8,
		}));
		expect(chooseToJudge([...good, poor], NOW)[0]).toBe(poor);
	});
});

describe('chooseToEmbed', () => {
	it('takes the best captures first, and no more than a frame has room for', () => {
		const passed = [0.2, 0.9, 0.4, 0.8, 0.6].map((score) => ({
			track: track(),
			quality: { score },
		}));
		const scores = chooseToEmbed(passed, NOW).map(({ quality }) => quality.score);
		expect(scores).toEqual([0.9, 0.8, 0.6].slice(0, VECTORS_PER_FRAME));
	});
});
