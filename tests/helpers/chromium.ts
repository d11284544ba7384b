import { chromiumArguments } from '../../scripts/lib/chromium.js';

export { chromiumArguments, findChromium } from '../../scripts/lib/chromium.js';

/**
 * Flags for a browser whose camera plays a clip and asks nobody for permission.
 *
 * @param clip a file of JPEGs one after another; read anew each time a page opens the camera
 */
export function fakeCameraArguments(clip: string): string[] {
	return [
		...chromiumArguments(),
		'--use-fake-ui-for-media-stream',
		'--use-fake-device-for-media-stream',
		`--use-file-for-fake-video-capture=${clip}`,
	];
}
