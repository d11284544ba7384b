// Protects what counts as a living person's attempt: an action that the clip shows, from a rest that
// it shows, by the depth of the mesh; nothing is made up where it shows none.
import { expect, it } from 'vitest';
import { AT_REST, pointsOf, type HeadPose } from '../../tests/helpers/made-head';
import type { SeenFace } from '../page/liveness/protocol';
import { liveAttempts, refusalOf, replays, sheetAttempts } from './attempts';
import { sheetPoses, SHEET_ATTACKS } from './attacks';
import { stretchesOf } from './stretches';

const clipOf = (poses: readonly Partial<HeadPose>[], trackId = 1): SeenFace[] =>
	poses.map((part, i) => {
		const pose = { ...AT_REST, ...part };
		const points = Array.from(pointsOf(pose));
		return { at: i * 100, trackId, points, yaw: pose.yaw, pitch: -pose.pitch };
	});

const swing = (to: number) => [0, 0.3, 0.6, 0.9, 1].map((share) => share * to);
const turns = [...swing(-40), ...swing(-40).reverse(), ...swing(40)].map((yaw) => ({ yaw }));

it('finds both turns of somebody who looks to both sides, and both are passed', () => {
	const stretches = stretchesOf(clipOf(turns));
	expect(stretches.map(({ action }) => action)).toEqual(['turn-left', 'turn-right']);
	const attempts = liveAttempts('clip', stretches);
	expect(attempts.map(({ challenge }) => challenge)).toEqual([
		['turn-left', 'turn-right'],
		['turn-right', 'turn-left'],
	]);
	expect(attempts.map(refusalOf)).toEqual([null, null]);
});

it('goes from the nearest rest, not past the other side', () => {
	const [, right] = stretchesOf(clipOf(turns));
	const others = stretchesOf(clipOf(turns.slice(0, 10)));
	expect(right?.frames).toHaveLength(others[0]?.frames.length ?? 0);
});

it('takes a single action for half of an attempt', () => {
	const [attempt, ...more] = liveAttempts(
		'clip',
		stretchesOf(clipOf(swing(30).map((pitch) => ({ pitch })))),
	);
	expect(more).toEqual([]);
	expect(attempt).toMatchObject({ challenge: ['nod', 'turn-left'], isHalf: true });
	expect(attempt && refusalOf(attempt)).toBeNull();
});

it('finds shut eyes at rest', () => {
	const clip = clipOf([1, 1, 0.4, 0.1, 0.5, 1].map((eyes) => ({ eyes })));
	expect(stretchesOf(clip).map(({ action }) => action)).toEqual(['blink']);
});

it.each([
	['somebody who hardly moves', clipOf(swing(15).map((yaw) => ({ yaw })))],
	['somebody who never looks ahead', clipOf([25, 35, 45, 60].map((yaw) => ({ yaw })))],
	['two people, one after the other', [...clipOf([{}]), ...clipOf([{}, { yaw: 40 }], 2).slice(1)]],
	['nobody', []],
])('finds nothing of %s', (_, clip) => {
	expect(stretchesOf(clip)).toEqual([]);
});

it('replays an attempt, and its clip, for everything else', () => {
	const clip = clipOf(turns);
	const live = liveAttempts('clip', stretchesOf(clip));
	const trace = clip.map(({ at, points }) => ({ at, points: Float32Array.from(points) }));
	const replayed = replays('clip', live, trace);
	// Two attempts for 15 other challenges each, and the clip for 14 that it does not show.
	expect(replayed).toHaveLength(2 * 15 + 14);
	expect(replayed.filter((attempt) => refusalOf(attempt) === null)).toEqual([]);
});

it('holds a sheet at one rest before and after each action, and the same at every run', () => {
	for (const attack of SHEET_ATTACKS) {
		const poses = sheetPoses(7, attack, 'turn-left');
		expect(sheetPoses(7, attack, 'turn-left')).toEqual(poses);
		expect(sheetPoses(8, attack, 'turn-left')).not.toEqual(poses);
		const rests = [poses[0], poses.at(-1), sheetPoses(7, attack, 'nod')[0]];
		for (const rest of rests) {
			expect(Math.abs(rest?.yaw ?? 90)).toBeLessThan(1);
			expect(Math.abs((rest?.distance ?? 0) - (poses[0]?.distance ?? 0))).toBeLessThan(1);
		}
	}
	const parts = new Map([['nod' as const, []]]);
	expect(sheetAttempts('photo', parts)).toHaveLength(16);
});
