/** How a photo looks a moment later, or before another camera. */
export interface Rendition {
	/** Above 1 darker, below 1 brighter in the middle tones. */
	gamma: number;
	/** Factor of the light, before gamma. */
	brightness: number;
	/** Standard deviation, as a share of the picture's width. */
	blur: number;
	/** The picture is made smaller by it and then as large as before, 0..1. */
	scale: number;
	/** By how much of its width and height the picture is moved. */
	shiftX: number;
	shiftY: number;
}

/** @returns a new bitmap of the same size; the given one stays open */
export function render(bitmap: ImageBitmap, rendition: Rendition): ImageBitmap {
	const { width, height } = bitmap;
	const { scale, blur, shiftX, shiftY } = rendition;
	const small = canvas(Math.round(width * scale), Math.round(height * scale));
	small.drawImage(bitmap, 0, 0, small.canvas.width, small.canvas.height);
	const full = canvas(width, height);
	full.filter = `blur(${blur * width}px)`;
	full.drawImage(small.canvas, shiftX * width, shiftY * height, width, height);
	relight(full, rendition);
	return full.canvas.transferToImageBitmap();
}

function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
	const options = { willReadFrequently: true, alpha: false };
	const context = new OffscreenCanvas(width, height).getContext('2d', options);
	if (!context) throw new Error('The browser gives no canvas.');
	return context;
}

function relight(
	context: OffscreenCanvasRenderingContext2D,
	{ gamma, brightness }: Rendition,
): void {
	const { width, height } = context.canvas;
	const image = context.getImageData(0, 0, width, height);
	const curve = Uint8ClampedArray.from(
		{ length: 256 },
		(_, value) => 255 * Math.min(1, (value / 255) * brightness) ** gamma,
	);
	const { data } = image;
	for (let i = 0; i < data.length; i++) {
		if (i % 4 !== 3) data[i] = curve[data[i]!]!;
	}
	context.putImageData(image, 0, 0);
}
