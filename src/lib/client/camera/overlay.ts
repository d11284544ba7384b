/** A rectangle, in px of whatever it lies on. */
export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface Size {
	width: number;
	height: number;
}

/**
 * Where a box of the frame lies on the screen, when the whole frame is shown in its view as
 * `object-fit: contain` does (in the middle, what is left over stays empty), mirrored or not.
 * @param box in px of the frame
 * @returns the box in CSS px of the view
 */
export function toView(box: Box, frame: Size, view: Size, mirrored: boolean): Box {
	const scale = Math.min(view.width / frame.width, view.height / frame.height);
	const left = (view.width - frame.width * scale) / 2;
	const top = (view.height - frame.height * scale) / 2;
	const x = left + box.x * scale;
	const width = box.width * scale;
	return {
		x: mirrored ? view.width - x - width : x,
		y: top + box.y * scale,
		width,
		height: box.height * scale,
	};
}
