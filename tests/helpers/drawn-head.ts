import sharp from 'sharp';
import { AT_REST, seenAt, type HeadPose } from './made-head';
import { headOf, samplePhoto } from './sample-faces';

/**
 * A head that can be turned: a photograph stretched over the relief of a face, and drawn as a camera
 * sees it. A mesh finds a head's depth in it, which it does not find in a photograph that is moved.
 */
export interface DrawnHead {
	/** RGB of the square photograph. */
	pixels: Buffer;
	/** Its side. */
	size: number;
	/** RGB of what is behind the head, as large as the view. */
	behind: Buffer;
}

/** The camera's picture, pixels. */
export const VIEW = { width: 640, height: 480 } as const;

/** The middles of the eyes in Dora's photograph, the picture's left one first, and half an open eye. */
const EYES = [
	{ x: 117, y: 176 },
	{ x: 215, y: 178 },
] as const;
const EYE = { width: 25, height: 11 } as const;
const BETWEEN_EYES = { x: (EYES[0].x + EYES[1].x) / 2, y: (EYES[0].y + EYES[1].y) / 2 };
const CM_PER_PIXEL = 6.3 / (EYES[1].x - EYES[0].x);
/** Between two points of the relief, pixels of the photograph. */
const MESH_STEP = 6;

/** @returns the head of `dora` among the sample faces, who looks at the camera */
export async function prepareHead(): Promise<DrawnHead> {
	const { data, info } = await sharp(await headOf('dora'))
		.removeAlpha()
		.raw()
		.toBuffer({ resolveWithObject: true });
	const behind = await sharp(samplePhoto(2))
		.resize(VIEW.width, VIEW.height, { fit: 'cover' })
		.blur(15)
		.removeAlpha()
		.raw()
		.toBuffer();
	return { pixels: data, size: info.width, behind };
}

/** A point of the head on the picture. */
interface Vertex {
	/** Pixels of the picture. */
	x: number;
	y: number;
	/** Towards the camera, cm. */
	depth: number;
	/** Pixels of the photograph: where it has its colour. */
	u: number;
	v: number;
}

/** @returns RGB of a whole {@link VIEW} */
export function drawHead(head: DrawnHead, pose: HeadPose = AT_REST): Buffer {
	const picture = Buffer.from(head.behind);
	const depths = new Float32Array(VIEW.width * VIEW.height).fill(-Infinity);
	const skin = { pixels: withLids(head, pose.eyes), size: head.size };
	const side = Math.floor((head.size - 1) / MESH_STEP) + 1;
	const mesh = Array.from({ length: side * side }, (_, i) =>
		vertexAt(pose, (i % side) * MESH_STEP, Math.floor(i / side) * MESH_STEP),
	);
	mesh.forEach((a, i) => {
		const [b, c, d] = [mesh[i + 1], mesh[i + side], mesh[i + side + 1]];
		if (!b || !c || !d || (i + 1) % side === 0) return;
		fill(picture, depths, skin, [a, b, c]);
		fill(picture, depths, skin, [b, d, c]);
	});
	return picture;
}

function vertexAt(pose: HeadPose, u: number, v: number): Vertex {
	const x = (u - BETWEEN_EYES.x) * CM_PER_PIXEL;
	const y = (v - BETWEEN_EYES.y) * CM_PER_PIXEL;
	const seen = seenAt(pose, [x, y, reliefAt(x, y)]);
	return { x: seen.x * VIEW.width, y: seen.y * VIEW.width, depth: seen.depth, u, v };
}

/** How far a face stands out of the plane of its eyes, cm, at a point of it: x aside, y down, cm. */
function reliefAt(x: number, y: number): number {
	const round = 9 * (Math.sqrt(Math.max(0.05, 1 - (x / 9) ** 2 - ((y - 3) / 13) ** 2)) - 0.97);
	const along = y < 4 ? Math.max(0, y / 4) : Math.max(0, 1 - (y - 4) / 1.2);
	return round + 3.3 * along * Math.exp(-((x / 1.1) ** 2));
}

/** The photograph with its eyes that far open: the skin above an eye is drawn down over it. */
function withLids({ pixels, size }: DrawnHead, open: number): Buffer {
	if (open === 1) return pixels;
	const drawn = Buffer.from(pixels);
	for (const eye of EYES) {
		for (let u = eye.x - EYE.width; u <= eye.x + EYE.width; u++) {
			const arch = EYE.height * Math.sqrt(1 - ((u - eye.x) / EYE.width) ** 2);
			const from = eye.y - arch - EYE.height;
			const lid = eye.y + arch - 2 * arch * open;
			for (let v = Math.round(from); v <= lid; v++) {
				const above = from + ((v - from) / (lid - from)) * EYE.height - EYE.height / 2;
				// Lashes are dark.
				const shade = lid - v < 2 ? 0.45 : 1;
				for (let channel = 0; channel < 3; channel++) {
					const colour = pixels[(Math.round(above) * size + u) * 3 + channel] ?? 0;
					drawn[(v * size + u) * 3 + channel] = colour * shade;
				}
			}
		}
	}
	return drawn;
}

/** Fills a triangle where nothing nearer is drawn. */
function fill(
	picture: Buffer,
	depths: Float32Array,
	{ pixels, size }: { pixels: Buffer; size: number },
	[a, b, c]: readonly [Vertex, Vertex, Vertex],
): void {
	const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
	if (area === 0) return;
	const [left, right] = span(VIEW.width, a.x, b.x, c.x);
	const [top, bottom] = span(VIEW.height, a.y, b.y, c.y);
	for (let y = top; y <= bottom; y++) {
		for (let x = left; x <= right; x++) {
			const ofB = ((x - a.x) * (c.y - a.y) - (c.x - a.x) * (y - a.y)) / area;
			const ofC = ((b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)) / area;
			const ofA = 1 - ofB - ofC;
			if (ofA < 0 || ofB < 0 || ofC < 0) continue;
			const depth = ofA * a.depth + ofB * b.depth + ofC * c.depth;
			const at = y * VIEW.width + x;
			if (depth <= (depths[at] ?? 0)) continue;
			depths[at] = depth;
			const u = Math.round(ofA * a.u + ofB * b.u + ofC * c.u);
			const v = Math.round(ofA * a.v + ofB * b.v + ofC * c.v);
			const from = (v * size + u) * 3;
			pixels.copy(picture, at * 3, from, from + 3);
		}
	}
}

/** The pixels that three numbers reach over, within the picture. */
function span(length: number, ...values: [number, number, number]): [number, number] {
	const [from, to] = [Math.floor(Math.min(...values)), Math.ceil(Math.max(...values))];
	return [Math.max(0, from), Math.min(length - 1, to)];
}
