import sharp from 'sharp';
import { sway, type Scene } from '../helpers/fake-camera';
import { headOf, samplePhoto, type SampleFace } from '../helpers/sample-faces';

/** People that a bench puts before the camera, in this order. */
export const PEOPLE: readonly SampleFace[] = [
	'dora',
	'erin',
	'fay',
	'gina',
	'hana',
	'iris',
	'jana',
	'kim',
];

/** More people for the frames that nobody is enrolled for. */
const MORE_PEOPLE: readonly SampleFace[] = ['lea', 'mona', 'stranger', 'otherStranger'];

/** Where the heads stand, px: few of them large in two rows, many of them smaller in three. */
const ROOMY = { columns: 4, left: 170, top: 190, stepX: 310, stepY: 340, size: 280 };
const DENSE = { columns: 6, left: 120, top: 120, stepX: 208, stepY: 235, size: 225 };

/**
 * The first `faces` people of {@link PEOPLE}, swaying. From the thirteenth on they are mirror images
 * of the first: the sample photographs show no more people.
 *
 * @param faces 1..16
 */
export async function sceneOf(faces: number, seconds: number): Promise<Scene> {
	const { columns, left, top, stepX, stepY, size } = faces > PEOPLE.length ? DENSE : ROOMY;
	const pictures = await Promise.all(Array.from({ length: faces }, (_, i) => pictureOf(i)));
	return {
		background: samplePhoto(2),
		seconds,
		headsAt: (time) =>
			pictures.map((picture, i) => ({
				picture,
				x: left + (i % columns) * stepX + sway(time, -16, 16),
				y: top + Math.floor(i / columns) * stepY + sway(time, 10, -10),
				size,
				angle: sway(time, -4, 4),
			})),
	};
}

/** The people of {@link sceneOf}, who leave one after another and come back. */
export async function comingAndGoing(faces: number, seconds: number): Promise<Scene> {
	const scene = await sceneOf(faces, seconds);
	const leaves = (i: number) => 0.3 + (0.4 * i) / faces;
	return {
		...scene,
		headsAt: (time) =>
			scene
				.headsAt(time)
				.filter((_, i) => time < leaves(i) || time >= leaves(i) + SHARE_OF_ABSENCE),
	};
}

/** Of a clip; in one of 20 s it is longer than a track outlives its face. */
const SHARE_OF_ABSENCE = 0.2;

async function pictureOf(place: number): Promise<Buffer> {
	const people = [...PEOPLE, ...MORE_PEOPLE];
	const face = people[place % people.length];
	if (face === undefined) throw new Error('There are no people.');
	const head = await headOf(face);
	return place < people.length ? head : sharp(head).flop().png().toBuffer();
}
