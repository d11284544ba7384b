import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { TimedPose } from '../page/liveness/protocol';
import type { Scene } from '../page/passive/stage';

/**
 * What is done with a photo before a tablet. `still`: on a stand; all others are in a hand. `moved`:
 * carried in. `phone`: on a phone's screen.
 */
export const PHOTO_ATTACKS = [
	'still',
	'held',
	'moved',
	'zoomed',
	'tilted',
	'bent',
	'phone',
	'phone-moved',
] as const;
export type PhotoAttack = (typeof PHOTO_ATTACKS)[number];

const FRAME_MS = 100;
const FRAMES = 30;
/** A sheet that is carried in has come after so long, from so much further away. */
const ARRIVAL_MS = 2200;
const FURTHER = 1.9;
const UNMIXED = 16;
/** Half of it: A4, and a phone's screen with what frames it, cm. */
const A4 = { width: 10.5, height: 14.85 };
const PHONE = { width: 3.4, height: 7, bezel: 0.4 };
/** A hand sways slowly and trembles fast: 1/s, and shares of the slowest. */
const HAND = [
	{ rate: 0.3, share: 1 },
	{ rate: 0.9, share: 0.6 },
	{ rate: 2.2, share: 0.25 },
	{ rate: 5, share: 0.12 },
] as const;
/** Of the slowest: cm and degrees. */
const SWAY = { place: 0.25, distance: 0.5, tilt: 1.2, roll: 0.8 };

type Between = (low: number, high: number) => number;
type OverTime = (seconds: number) => number;

/**
 * How a photo is shown; all that is not given is drawn, the same at every run.
 * @param photo number of the photo
 */
export function showPhoto(
	photo: number,
	attack: PhotoAttack,
): { poses: TimedPose[]; scene: Scene } {
	const generator = xoroshiro128plus(photo * 100 + PHOTO_ATTACKS.indexOf(attack) + 1);
	// Its first numbers are alike for all small seeds.
	for (let i = 0; i < UNMIXED; i++) generator.next();
	const between: Between = (low, high) => low + (high - low) * uniformFloat64(generator);
	const isPhone = attack.startsWith('phone');
	const scene = isPhone ? onPhone(between) : onPaper(between);
	const distance = isPhone ? between(16, 30) : between(40, 100);
	const poses = posesOf(attack, distance, between);
	return { poses, scene: { ...scene, room: photo * 10 + PHOTO_ATTACKS.indexOf(attack) } };
}

function onPaper(between: Between): Scene {
	const size = between(0.8, 1.05);
	const isCut = between(0, 1) < 0.6;
	return {
		size,
		half: isCut ? { width: A4.width * size, height: A4.height * size } : null,
		offset: { x: between(-1, 1), y: between(-1, 2) },
		bezel: 0,
		light: between(0.75, 1),
		...cameraOf(between),
	};
}

function onPhone(between: Between): Scene {
	const { bezel, ...half } = PHONE;
	return {
		size: between(0.25, 0.34),
		half,
		offset: { x: between(-0.3, 0.3), y: between(-0.3, 0.6) },
		bezel,
		light: between(0.8, 1.15),
		...cameraOf(between),
	};
}

const cameraOf = (between: Between) => ({
	noise: between(1.5, 5),
	quality: between(0.45, 0.95),
	room: 0,
});

function posesOf(attack: PhotoAttack, distance: number, between: Between): TimedPose[] {
	const steady = attack === 'still' ? 0 : 1;
	const hand = (size: number) => swayOf(size * steady, between);
	const [x, y, off] = [hand(SWAY.place), hand(SWAY.place), hand(SWAY.distance)];
	const [yaw, pitch, roll] = [hand(SWAY.tilt), hand(SWAY.tilt), hand(SWAY.roll)];
	const move = MOVES[attack](distance, between);
	return Array.from({ length: FRAMES }, (_, i) => {
		const at = i * FRAME_MS;
		const t = at / 1000;
		const to = move(t);
		return {
			at,
			distance: distance * (to.zoom ?? 1) + off(t),
			x: (to.x ?? 0) + x(t),
			y: (to.y ?? 0) + y(t),
			yaw: (to.yaw ?? 0) + yaw(t),
			pitch: (to.pitch ?? 0) + pitch(t),
			roll: roll(t),
			bend: to.bend ?? 0,
			axis: 'vertical',
			pivot: 0,
			cover: 0,
		};
	});
}

function swayOf(size: number, between: Between): OverTime {
	const waves = HAND.map(({ rate, share }) => ({
		size: size * share,
		turn: 2 * Math.PI * rate * between(0.8, 1.2),
		from: between(0, 2 * Math.PI),
	}));
	return (t) =>
		waves.reduce((sum, wave) => sum + wave.size * Math.sin(wave.turn * t + wave.from), 0);
}

/** What is done beyond what a hand does by itself. */
interface Move {
	/** Share of the distance. */
	zoom?: number;
	x?: number;
	y?: number;
	yaw?: number;
	pitch?: number;
	bend?: number;
}

type MoveOver = (distance: number, between: Between) => (seconds: number) => Move;

const stay: MoveOver = () => () => ({});

/** From one side and further away, and then it stays. */
const comeIn: MoveOver = (distance, between) => {
	const from = (between(0, 1) < 0.5 ? -1 : 1) * distance * between(0.15, 0.25);
	const down = from * between(-0.3, 0.3);
	return (t) => {
		const left = (1 + Math.cos(Math.PI * Math.min(1, (t * 1000) / ARRIVAL_MS))) / 2;
		return { x: from * left, y: down * left, zoom: 1 + (FURTHER - 1) * left };
	};
};

/** There and back, over and over. */
function swing(between: Between): OverTime {
	const turn = (2 * Math.PI) / between(1.6, 3);
	const from = between(0, 2 * Math.PI);
	return (t) => Math.sin(turn * t + from);
}

const MOVES: Record<PhotoAttack, MoveOver> = {
	still: stay,
	held: stay,
	phone: stay,
	moved: comeIn,
	'phone-moved': comeIn,
	zoomed: (_, between) => {
		const way = swing(between);
		return (t) => ({ zoom: 1 + 0.35 * way(t) });
	},
	tilted: (_, between) => {
		const [aside, up] = [between(15, 32), between(0, 20)];
		const [across, down] = [swing(between), swing(between)];
		return (t) => ({ yaw: aside * across(t), pitch: up * down(t) });
	},
	bent: (_, between) => {
		const most = 1 / between(8, 20);
		const way = swing(between);
		return (t) => ({ bend: (most * (1 + way(t))) / 2 });
	},
};
