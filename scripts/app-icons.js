// `npm run app-icons`: makes the icons of the installed app from static/favicon.svg.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const STATIC = fileURLToPath(new URL('../static/', import.meta.url));
/** The side of the drawing, as its viewBox says. */
const SIDE = 32;
/**
 * A device may cut a maskable icon to a circle of 80 % of its side (W3C, Web App Manifest). The lines
 * of the drawing reach 14 from its middle, of 32: by this share they stay inside of that circle.
 */
const FULL_BLEED_SHARE = 0.9;

const ICONS = [
	{ name: 'icon-192.png', size: 192 },
	{ name: 'icon-512.png', size: 512 },
	{ name: 'icon-maskable-192.png', size: 192, share: FULL_BLEED_SHARE },
	{ name: 'icon-maskable-512.png', size: 512, share: FULL_BLEED_SHARE },
	// iOS rounds the corners itself and shows what is transparent as black.
	{ name: 'apple-touch-icon.png', size: 180, share: FULL_BLEED_SHARE },
];

const drawing = await readFile(`${STATIC}favicon.svg`, 'utf8');
const ground = /<rect[^>]*fill="([^"]+)"/.exec(drawing)?.[1] ?? '';

for (const { name, size, share } of ICONS) {
	const svg = share === undefined ? drawing : fullBleed(share);
	await sharp(Buffer.from(svg), { density: (72 * size) / SIDE })
		.resize(size, size)
		.png({ compressionLevel: 9, palette: true })
		.toFile(`${STATIC}${name}`);
	console.log(`static/${name}`);
}

/**
 * The drawing on a ground that reaches to every edge.
 *
 * @param {number} share of the side that the drawing takes, 0..1
 */
function fullBleed(share) {
	const side = SIDE / share;
	const margin = (side - SIDE) / 2;
	return drawing
		.replace(/viewBox="[^"]+"/, `viewBox="${-margin} ${-margin} ${side} ${side}"`)
		.replace(
			/<rect[^>]*\/>/,
			`<rect x="${-margin}" y="${-margin}" width="${side}" height="${side}" fill="${ground}" />`,
		);
}
