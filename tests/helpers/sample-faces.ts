import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';

/**
 * People in the demonstration photographs of `@vladmandic/face-api` (`sample<photo>.jpg`): the
 * middle of each face, in pixels of the photograph. `erin` is the one person with two photographs.
 */
const FACES = {
	dora: { photo: 3, x: 674, y: 420 },
	erin: { photo: 3, x: 1208, y: 343 },
	erinAtHalloween: { photo: 1, x: 1597, y: 317 },
	fay: { photo: 3, x: 1605, y: 420 },
	gina: { photo: 6, x: 368, y: 622 },
	hana: { photo: 6, x: 759, y: 470 },
	iris: { photo: 6, x: 1280, y: 405 },
	jana: { photo: 6, x: 1593, y: 383 },
	kim: { photo: 5, x: 859, y: 222 },
	lea: { photo: 5, x: 1183, y: 356 },
	mona: { photo: 5, x: 1538, y: 585 },
	stranger: { photo: 1, x: 492, y: 455 },
	otherStranger: { photo: 4, x: 1330, y: 279 },
} as const;

export type SampleFace = keyof typeof FACES;

/** Half the side of a head's square crop: hair and shoulders are in it, the neighbours are not. */
const CROP_RADIUS = 165;

const demoFolder = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
	'demo',
);

export function samplePhoto(photo: number): string {
	return path.join(demoFolder, `sample${photo}.jpg`);
}

/** A square picture of one head, as a PNG of at most `2 × radius` pixels a side. */
export async function headOf(face: SampleFace, radius = CROP_RADIUS): Promise<Buffer> {
	const { photo, x, y } = FACES[face];
	const file = samplePhoto(photo);
	const { width, height } = await sharp(file).metadata();
	const left = Math.max(0, x - radius);
	const top = Math.max(0, y - radius);
	return sharp(file)
		.extract({
			left,
			top,
			width: Math.min(2 * radius, width - left),
			height: Math.min(2 * radius, height - top),
		})
		.png()
		.toBuffer();
}
