/** The virtual camera, px: it sees 60 degrees across, as the front cameras of phones do. */
export const CAMERA = { width: 480, height: 360, focal: 416 } as const;

/**
 * How a printed photo is held before the virtual camera. Lengths in cm of a print in life size (eyes
 * 6.3 cm apart), angles in degrees.
 */
export interface SheetPose {
	/** From the camera. */
	distance: number;
	/** To the right and down in the picture, of the face's middle. */
	x: number;
	y: number;
	/** About the vertical axis, the horizontal one, and the line of sight. */
	yaw: number;
	pitch: number;
	roll: number;
	/** Curvature, 1/cm; above 0 the middle bulges towards the camera. */
	bend: number;
	/** The axis that it is bent about. */
	axis: 'vertical' | 'horizontal';
	/** How far behind its middle the sheet is turned about. */
	pivot: number;
	/** Share of the eyes' height that a strip of skin's colour covers, 0..1. */
	cover: number;
}

/** A photo with the place of its face, px. */
export interface Print {
	image: ImageData;
	/** Between the eyes. */
	x: number;
	y: number;
	eyeDistance: number;
}

/** Of grown-ups, cm (Dodgson 2004, mean). */
export const EYE_DISTANCE = 6.3;
/** Half the height of the strip that covers both eyes, cm. */
const COVER = 1.2;
const COVER_WIDTH = 5;
/** Below the middle of the eyes, beside the nose, is skin, cm. */
const SKIN = 2.2;
const BACKGROUND = [122, 118, 110] as const;
/** The sheet is met exactly at every so many pixels, and between them linearly. */
const CELL = 4;
const RADIANS = Math.PI / 180;

/** Rows of the rotation that takes the sheet's directions to the camera's. */
type Rotation = readonly [number, number, number, number, number, number, number, number, number];

function rotationOf({ yaw, pitch, roll }: SheetPose): Rotation {
	const [cy, sy] = [Math.cos(yaw * RADIANS), Math.sin(yaw * RADIANS)];
	const [cp, sp] = [Math.cos(pitch * RADIANS), Math.sin(pitch * RADIANS)];
	const [cr, sr] = [Math.cos(roll * RADIANS), Math.sin(roll * RADIANS)];
	return [
		cr * cy - sr * sp * sy,
		-sr * cp,
		cr * sy + sr * sp * cy,
		sr * cy + cr * sp * sy,
		cr * cp,
		sr * sy - cr * sp * cy,
		-cp * sy,
		sp,
		cp * cy,
	];
}

/**
 * Where a ray meets the sheet, in cm along the sheet from its middle.
 * @param from the camera, @param to a direction; in the sheet's own axes, z away from the camera
 */
function meet(
	from: readonly [number, number, number],
	to: readonly [number, number, number],
	{ bend, axis }: SheetPose,
): readonly [number, number] | null {
	const [across, along] = axis === 'vertical' ? ([0, 1] as const) : ([1, 0] as const);
	if (bend < 1e-4) {
		const t = -from[2] / to[2];
		return t > 0 ? [from[0] + t * to[0], from[1] + t * to[1]] : null;
	}
	const radius = 1 / bend;
	const [u, w] = [from[across], from[2] - radius];
	const [du, dw] = [to[across], to[2]];
	const a = du * du + dw * dw;
	const b = u * du + w * dw;
	const root = b * b - a * (u * u + w * w - radius * radius);
	if (root < 0) return null;
	const t = (-b - Math.sqrt(root)) / a;
	if (t <= 0) return null;
	const arc = radius * Math.atan2(u + t * du, -(w + t * dw));
	const straight = from[along] + t * to[along];
	return axis === 'vertical' ? [arc, straight] : [straight, arc];
}

/** Draws the print as the virtual camera sees it. */
export function photograph(print: Print, pose: SheetPose): ImageData {
	const { width, height } = CAMERA;
	const picture = new ImageData(width, height);
	const scale = print.eyeDistance / EYE_DISTANCE;
	const covered = COVER * pose.cover;
	// Taken once: an ImageData is slow to answer for its pixels.
	const { data: pixels } = picture;
	const { data: source } = print.image;
	const size = { width: print.image.width, height: print.image.height };
	overSheet(pose, (across, down, at) => {
		const isCovered = Math.abs(down) < covered && Math.abs(across) < COVER_WIDTH;
		const x = print.x + across * scale;
		const y = print.y + (isCovered ? SKIN : down) * scale;
		pixels[at + 3] = 255;
		if (!copy(source, size, x, y, pixels, at)) {
			for (let i = 0; i < 3; i++) pixels[at + i] = BACKGROUND[i]!;
		}
	});
	return picture;
}

/**
 * Goes over the camera's picture, row after row.
 * @param visit told where the pixel meets the sheet, cm across and down from its middle (NaN beside
 *   it), and the pixel's first byte
 */
export function overSheet(
	pose: SheetPose,
	visit: (across: number, down: number, at: number) => void,
): void {
	const { width, height } = CAMERA;
	const { grid, columns } = gridOf(pose);
	for (let py = 0, at = 0; py < height; py++) {
		const row = Math.floor(py / CELL);
		const fy = (py % CELL) / CELL;
		for (let px = 0; px < width; px++, at += 4) {
			const fx = (px % CELL) / CELL;
			const i = (row * columns + Math.floor(px / CELL)) * 2;
			const j = i + columns * 2;
			const across =
				(grid[i]! * (1 - fx) + grid[i + 2]! * fx) * (1 - fy) +
				(grid[j]! * (1 - fx) + grid[j + 2]! * fx) * fy;
			const down =
				(grid[i + 1]! * (1 - fx) + grid[i + 3]! * fx) * (1 - fy) +
				(grid[j + 1]! * (1 - fx) + grid[j + 3]! * fx) * fy;
			visit(across, down, at);
		}
	}
}

/** Where the sheet is met at every {@link CELL}th pixel: cm across and down it, NaN beside it. */
function gridOf(pose: SheetPose): { grid: Float32Array; columns: number } {
	const { width, height, focal } = CAMERA;
	const r = rotationOf(pose);
	const toSheet = (x: number, y: number, z: number): [number, number, number] => [
		r[0] * x + r[3] * y + r[6] * z,
		r[1] * x + r[4] * y + r[7] * z,
		r[2] * x + r[5] * y + r[8] * z,
	];
	// The camera in the sheet's axes: the sheet is turned about a point behind its middle.
	const from = toSheet(-pose.x, -pose.y, -pose.distance - pose.pivot);
	from[2] += pose.pivot;
	const columns = width / CELL + 1;
	const grid = new Float32Array(columns * (height / CELL + 1) * 2);
	for (let row = 0, i = 0; row <= height; row += CELL) {
		for (let column = 0; column <= width; column += CELL, i += 2) {
			const to = toSheet((column - width / 2) / focal, (row - height / 2) / focal, 1);
			grid.set(meet(from, to, pose) ?? [NaN, NaN], i);
		}
	}
	return { grid, columns };
}

/**
 * Copies a place of the print, mixed of its four nearest pixels.
 * @param at first byte of the pixel that is painted
 * @returns false beyond the print's edge, where nothing is painted
 */
export function copy(
	source: Uint8ClampedArray,
	{ width, height }: { width: number; height: number },
	x: number,
	y: number,
	pixels: Uint8ClampedArray,
	at: number,
): boolean {
	if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) return false;
	const [left, top] = [Math.floor(x), Math.floor(y)];
	const [fx, fy] = [x - left, y - top];
	const first = (top * width + left) * 4;
	const next = first + width * 4;
	for (let i = 0; i < 3; i++) {
		const above = source[first + i]! * (1 - fx) + source[first + 4 + i]! * fx;
		const below = source[next + i]! * (1 - fx) + source[next + 4 + i]! * fx;
		pixels[at + i] = above * (1 - fy) + below * fy;
	}
	return true;
}
