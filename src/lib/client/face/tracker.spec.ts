// Protects the names on the screen: a face keeps its id while it moves, hides and crosses others, and
// two people never share one, not even when they swap places between two frames.
import { describe, expect, it } from 'vitest';
import type { Detection } from './blazeface';
import { Tracker, type Sight, type Track } from './tracker';

const FRAME_MS = 66;

/** A face of 100 px at a place, that looks like a number. */
function sight(x: number, look = 0, y = 100, size = 100): Sight {
	const detection: Detection = {
		box: { x, y, width: size, height: size },
		confidence: 0.9,
		keypoints: [],
	};
	return { detection, appearance: vector(look, 16) };
}

/** A unit vector towards an axis; people on different axes have nothing in common. */
function vector(person: number, length = 64, towards = 0, share = 0): Float32Array {
	const result = new Float32Array(length);
	result[person] = Math.sqrt(1 - share * share);
	result[towards] = (result[towards] ?? 0) + share;
	return result;
}

class Scene {
	readonly tracker = new Tracker(1);
	now = 0;

	frame(...sights: Sight[]): Track[] {
		this.now += FRAME_MS;
		return this.tracker.update(sights, this.now);
	}

	/** A frame in which faces are embedded: `people[i]` is who stands at `sights[i]`. */
	embedded(sights: Sight[], people: (number | null)[]): Track[] {
		const tracks = this.frame(...sights);
		const measured = new Map<Track, Float32Array>();
		tracks.forEach((track, i) => {
			const person = people[i];
			if (person !== null && person !== undefined) measured.set(track, vector(person));
		});
		this.tracker.learn(measured, this.now);
		return tracks;
	}
}

const ids = (tracks: Track[]) => tracks.map(({ identity }) => identity.id);

describe('following', () => {
	it('keeps the id of a walking face, and predicts it through 0.6 s behind somebody', () => {
		const scene = new Scene();
		const [id] = ids(scene.frame(sight(0)));
		for (let x = 15; x <= 150; x += 15) expect(ids(scene.frame(sight(x)))).toEqual([id]);
		scene.now += 600;
		expect(ids(scene.frame(sight(270)))).toEqual([id]);
	});

	it('forgets a face that was hidden for longer than 0.7 s', () => {
		const scene = new Scene();
		const [id] = ids(scene.frame(sight(0)));
		for (let hidden = 0; hidden <= 800; hidden += FRAME_MS) scene.frame();
		expect(ids(scene.frame(sight(0)))).not.toEqual([id]);
	});

	it('keeps ids on a device that manages less than a frame a second, but not over a pause', () => {
		const scene = new Scene();
		const [id] = ids(scene.frame(sight(0)));
		for (let x = 10; x <= 40; x += 10) {
			scene.now += 1300;
			expect(ids(scene.frame(sight(x)))).toEqual([id]);
		}
		scene.now += 10_000;
		expect(ids(scene.frame(sight(40)))).not.toEqual([id]);
	});

	it('keeps faces in view while other parts of the picture are looked at', () => {
		const scene = new Scene();
		const cycle = 5;
		const look = (...sights: Sight[]) => {
			scene.now += 300;
			return ids(scene.tracker.update(sights, scene.now, cycle));
		};
		const inView = () => ids(scene.tracker.inView(scene.now, cycle));
		look();
		const [left] = look(sight(0, 1));
		const [right] = look(sight(600, 2));
		look();
		look();
		expect(inView()).toEqual([left, right]);
		// A round later it is found again, as itself.
		expect(look(sight(4, 1))).toEqual([left]);
		look();
		look();
		expect(inView()).toEqual([left]);
	});

	it('gives faces that appear ids of their own, and answers in the order asked', () => {
		const scene = new Scene();
		const [a, b] = ids(scene.frame(sight(0, 1), sight(400, 2)));
		expect(ids(scene.frame(sight(402, 2), sight(200, 3), sight(2, 1)))).toEqual([b, b! + 1, a]);
	});

	it('keeps ids apart when two people walk past each other', () => {
		const scene = new Scene();
		const [left, right] = ids(scene.frame(sight(0, 1), sight(600, 2)));
		for (let step = 1; step <= 30; step++) {
			const found = ids(scene.frame(sight(step * 20, 1), sight(600 - step * 20, 2)));
			expect(found).toEqual([left, right]);
		}
	});

	it('does not mistake a face of half the size for the same one come nearer', () => {
		const scene = new Scene();
		const [id] = ids(scene.frame(sight(100, 1)));
		expect(ids(scene.frame(sight(120, 1, 120, 45)))).not.toEqual([id]);
	});
});

describe('suspicion', () => {
	it('falls on a face whose looks change between two frames, and not on one that moves', () => {
		const scene = new Scene();
		scene.embedded([sight(0, 1)], [1]);
		expect(scene.frame(sight(10, 1))[0]?.suspicious).toBe(false);
		expect(scene.frame(sight(20, 5))[0]?.suspicious).toBe(true);
	});

	it('does not fall on what was never measured: there is nothing to mistake it for', () => {
		const scene = new Scene();
		scene.frame(sight(0, 1));
		expect(scene.frame(sight(20, 5))[0]?.suspicious).toBe(false);
	});

	it('counts how often a decided face was verified, and begins again when it is in doubt', () => {
		const scene = new Scene();
		const [face] = scene.embedded([sight(0, 1)], [1]);
		scene.tracker.markDecided(new Set([face?.identity.id ?? 0]), true);
		scene.embedded([sight(0, 1)], [1]);
		scene.embedded([sight(0, 1)], [1]);
		// Told again, as with every answer of the server.
		scene.tracker.markDecided(new Set([face?.identity.id ?? 0]), true);
		expect(face?.identity.verifications).toBe(2);
		scene.frame(sight(20, 5));
		expect(face?.identity.verifications).toBe(0);
	});

	it('makes a face due once, not in every frame that it stays in doubt', () => {
		const scene = new Scene();
		const [face] = scene.embedded([sight(0, 1)], [1]);
		if (!face) throw new Error('no track');
		scene.tracker.judged(face, true, true, scene.now);
		scene.frame(sight(20, 5));
		expect(face.identity.judgedAt).toBeNull();
		scene.tracker.judged(face, true, false, scene.now);
		scene.frame(sight(0, 1));
		expect(face.identity.judgedAt).not.toBeNull();
		expect(face.identity.failures).toBe(1);
	});

	it('does not fall on somebody who walks fast at a steady pace', () => {
		const scene = new Scene();
		let x = 0;
		scene.frame(sight(x));
		for (const step of [20, 35, 50, 60, 60, 60, 60]) {
			x += step;
			expect(scene.frame(sight(x))[0]?.suspicious).toBe(false);
		}
	});

	it('falls on two faces that come apart after they were too near', () => {
		const scene = new Scene();
		scene.embedded([sight(0, 1), sight(300, 2), sight(700, 3)], [1, 2, 3]);
		const near = scene.frame(sight(60, 1), sight(240, 2), sight(700, 3));
		expect(near.map(({ crowded }) => crowded)).toEqual([false, false, false]);
		const touching = scene.frame(sight(100, 1), sight(200, 2), sight(700, 3));
		expect(touching.map(({ crowded }) => crowded)).toEqual([true, true, false]);
		const apart = scene.frame(sight(60, 1), sight(260, 2), sight(700, 3));
		expect(apart.map(({ suspicious }) => suspicious)).toEqual([true, true, false]);
	});
});

describe('vectors', () => {
	const left = () => sight(0);
	const right = () => sight(400);

	it('lets two people who swap places by a jump cut keep their ids', () => {
		const scene = new Scene();
		const [ann, ben] = ids(scene.embedded([left(), right()], [11, 22]));
		const swapped = ids(scene.embedded([left(), right()], [22, 11]));
		expect(swapped).toEqual([ben, ann]);
		expect(ids(scene.embedded([left(), right()], [22, 11]))).toEqual([ben, ann]);
	});

	it('never gives one id to two people, also when only one of a swapped pair was measured', () => {
		const scene = new Scene();
		const [ann, ben] = ids(scene.embedded([left(), right()], [11, 22]));
		const half = scene.embedded([left(), right()], [22, null]);
		expect(ids(half)[0]).not.toBe(ann);
		expect(new Set(ids(half)).size).toBe(2);
		expect(half[1]?.suspicious).toBe(true);
		const whole = ids(scene.embedded([left(), right()], [22, 11]));
		expect(whole[1]).not.toBe(ben);
		expect(new Set(whole).size).toBe(2);
	});

	it('gives a stranger who takes a place a new id, and the owner the old one back', () => {
		const scene = new Scene();
		const [ann] = ids(scene.embedded([left()], [11]));
		const [stranger] = ids(scene.embedded([left()], [33]));
		expect(stranger).not.toBe(ann);
		expect(ids(scene.embedded([left()], [11]))).toEqual([ann]);
	});

	it('gives a face that jumps across the picture its id back', () => {
		const scene = new Scene();
		const [ann] = ids(scene.embedded([left()], [11]));
		expect(ids(scene.embedded([sight(900)], [11]))).toEqual([ann]);
	});

	it('learns nothing from a vector that is neither like nor unlike', () => {
		const scene = new Scene();
		const [track] = scene.embedded([left()], [11]);
		const before = track?.identity.template?.slice();
		const [again] = scene.frame(left());
		if (!again) throw new Error('The face was lost.');
		const unclear = scene.tracker.learn(new Map([[again, vector(40, 64, 11, 0.3)]]), scene.now);
		expect(unclear.has(again)).toBe(true);
		expect(again.identity).toBe(track?.identity);
		expect(again.identity.template).toEqual(before);
	});

	it('averages the vectors of one person into a template of unit length', () => {
		const scene = new Scene();
		const [track] = scene.embedded([left()], [11]);
		const [again] = scene.frame(left());
		if (!track || !again) throw new Error('The face was lost.');
		scene.tracker.learn(new Map([[again, vector(11, 64, 12, 0.6)]]), scene.now);
		const template = track.identity.template ?? new Float32Array(0);
		expect(Math.hypot(...template)).toBeCloseTo(1, 5);
		expect(template[12]).toBeGreaterThan(0.2);
	});
});

describe('markDecided', () => {
	it('follows the person, not the place', () => {
		const scene = new Scene();
		const [ann] = ids(scene.embedded([left(), right()], [11, 22]));
		scene.tracker.markDecided(new Set([ann ?? 0]), true);
		const swapped = scene.embedded([left(), right()], [22, 11]);
		expect(swapped.map(({ identity }) => identity.decided)).toEqual([false, true]);
	});

	const left = () => sight(0);
	const right = () => sight(400);
});
