import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ACTIONS, type Action } from '$lib/contract/liveness';
import type { TimedPose } from '../page/liveness/protocol';
import type { SheetPose } from '../page/liveness/sheet';

/** What is done with a photo to pass for a head; `zoomed`: tilted close to the lens. */
export const SHEET_ATTACKS = ['moved', 'tilted', 'bent', 'zoomed'] as const;
export type SheetAttack = (typeof SHEET_ATTACKS)[number];

/** One action of a sheet: at rest, to its farthest, held, back, at rest; ms. */
const FRAME_MS = 100;
const [REST, MOVE, END] = [500, 600, 200];
/** Eyes are to stay shut for a while. */
const holdOf = (action: Action) => (action === 'blink' ? 700 : 300);
/** No hand holds a sheet quite still: share of the distance, cm and degrees. */
const TREMOR = { distance: 0.004, place: 0.1, angle: 0.7 };
/** Flat, an arm's length away. */
const STILL: SheetPose = {
	distance: 45,
	x: 0,
	y: 0,
	yaw: 0,
	pitch: 0,
	roll: 0,
	bend: 0,
	axis: 'vertical',
	pivot: 0,
	cover: 0,
};
/** How far away each is held, cm. */
const DISTANCE: Record<SheetAttack, number> = { moved: 45, tilted: 45, bent: 45, zoomed: 26 };
const UNMIXED = 16;

type Between = (low: number, high: number) => number;
type Amount = Exclude<keyof SheetPose, 'axis'>;

/**
 * How a sheet imitates an action as well as it can; how far and how fast is drawn, the same at every
 * run. It begins and ends at the same rest, so that two actions follow each other without a jump.
 *
 * @param photo number of the photo
 */
export function sheetPoses(photo: number, attack: SheetAttack, action: Action): TimedPose[] {
	const number = SHEET_ATTACKS.indexOf(attack) * ACTIONS.length + ACTIONS.indexOf(action);
	const generator = xoroshiro128plus(photo * 100 + number + 1);
	// Its first numbers are alike for all small seeds.
	for (let i = 0; i < UNMIXED; i++) generator.next();
	const between: Between = (low, high) => low + (high - low) * uniformFloat64(generator);
	const peak: SheetPose = { ...STILL, ...IMITATIONS[attack](action, between) };
	const rest = { ...STILL, axis: peak.axis, distance: DISTANCE[attack] };
	if (action !== 'come-closer') peak.distance = rest.distance;
	// A nod goes either way, and so does the sheet: one after the other.
	const ways = action === 'nod' ? [1, -1] : [1];
	const hold = holdOf(action);
	const frames = (REST + ways.length * (2 * MOVE + hold) + END) / FRAME_MS;
	return Array.from({ length: frames }, (_, i) => {
		const at = i * FRAME_MS;
		const share = ways.reduce(
			(sum, way, turn) => sum + way * envelope(at - REST - turn * (2 * MOVE + hold), hold),
			0,
		);
		const mix = (of: Amount) => rest[of] + share * (peak[of] - rest[of]);
		const tremor = (size: number) => between(-size, size);
		return {
			at,
			distance:
				(rest.distance + Math.abs(share) * (peak.distance - rest.distance)) *
				(1 + tremor(TREMOR.distance)),
			x: mix('x') + tremor(TREMOR.place),
			y: mix('y') + tremor(TREMOR.place),
			yaw: mix('yaw') + tremor(TREMOR.angle),
			pitch: mix('pitch') + tremor(TREMOR.angle),
			roll: mix('roll') + tremor(TREMOR.angle),
			bend: Math.abs(mix('bend')),
			axis: peak.axis,
			pivot: Math.abs(mix('pivot')),
			cover: mix('cover'),
		};
	});
}

/**
 * 0 at rest, 1 where the pose is held, smooth between.
 * @param since ms since it began to move
 */
function envelope(since: number, hold: number): number {
	const share = since < MOVE + hold ? since / MOVE : (2 * MOVE + hold - since) / MOVE;
	return (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, share)))) / 2;
}

/** Turned the way in which the action turns a head; for a blink it is foreshortened. */
function turned(action: Action, angle: number): Partial<SheetPose> {
	if (action === 'come-closer') return {};
	if (action === 'turn-left') return { yaw: -angle };
	return action === 'turn-right' ? { yaw: angle } : { pitch: angle };
}

/** Pushed the way in which the action moves a face in the picture. */
function pushed(action: Action, cm: number): Partial<SheetPose> {
	if (action === 'come-closer') return {};
	if (action === 'turn-left') return { x: cm };
	return action === 'turn-right' ? { x: -cm } : { y: cm };
}

/** Nearer where the action asks for it. */
function nearer(action: Action, between: Between): Partial<SheetPose> {
	return action === 'come-closer' ? { distance: between(15, 18) } : {};
}

/** Rolled into a part of a cylinder, and turned about its axis, or one nearer to the sheet. */
function rolled(action: Action, angle: number, between: Between): Partial<SheetPose> {
	const radius = between(4, 10);
	const isUpright = action !== 'nod' && action !== 'blink';
	return {
		bend: 1 / radius,
		pivot: between(0, radius),
		axis: isUpright ? 'vertical' : 'horizontal',
		...turned(action, angle),
	};
}

/** A strip of skin's colour over the eyes. */
const covered = (action: Action): Partial<SheetPose> => (action === 'blink' ? { cover: 1 } : {});

/**
 * From the rest to the farthest pose. Angles go up to where most faces are lost, and nothing else is
 * done that the challenge does not ask for.
 */
const IMITATIONS: Record<SheetAttack, (action: Action, between: Between) => Partial<SheetPose>> = {
	moved: (action, between) => ({
		...pushed(action, between(3, 6)),
		roll: between(-20, 20),
		...covered(action),
		...nearer(action, between),
	}),
	tilted: (action, between) => ({
		...turned(action, between(30, 58)),
		...nearer(action, between),
	}),
	bent: (action, between) => ({
		...rolled(action, between(25, 50), between),
		...nearer(action, between),
	}),
	zoomed: (action, between) => ({
		...turned(action, between(20, 50)),
		...covered(action),
		...nearer(action, between),
	}),
};
