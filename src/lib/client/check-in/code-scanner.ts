import { readScanned, type ScannedCode } from './scanned-code';

/** The part of BarcodeDetector (Shape Detection API) that is needed here. */
interface Detector {
	detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
	new (options: { formats: ['qr_code'] }): Detector;
	getSupportedFormats(): Promise<string[]>;
}

/** Looks often enough for a hand that comes into view, and leaves the phone cool. */
const EVERY_MS = 150;

/**
 * Looks for a display's code in a playing video until it has found one.
 *
 * @param onFailed when no code can be read on this device at all: digits can be typed
 * @returns the way to stop
 */
export function scanVideo(
	video: HTMLVideoElement,
	{ onFound, onFailed }: { onFound: (scanned: ScannedCode) => void; onFailed: () => void },
): () => void {
	let stopped = false;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const look = async (detector: Detector) => {
		const scanned = await lookOnce(video, detector);
		if (stopped) return;
		if (scanned === null) timer = setTimeout(() => void look(detector), EVERY_MS);
		else onFound(scanned);
	};
	makeDetector().then(look, () => {
		if (!stopped) onFailed();
	});
	return () => {
		stopped = true;
		clearTimeout(timer);
	};
}

async function lookOnce(video: HTMLVideoElement, detector: Detector): Promise<ScannedCode | null> {
	if (video.readyState < video.HAVE_CURRENT_DATA || document.hidden) return null;
	try {
		const seen = await detector.detect(video);
		return seen.map(({ rawValue }) => readScanned(rawValue)).find((one) => one !== null) ?? null;
	} catch {
		// A frame that went away while it was looked at; the next one follows.
		return null;
	}
}

/** The browser's own detector, or ours where it has none: that one is loaded only now. */
async function makeDetector(): Promise<Detector> {
	const own = nativeDetector();
	if (own !== null && (await own.getSupportedFormats()).includes('qr_code')) {
		return new own({ formats: ['qr_code'] });
	}
	const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
		import('barcode-detector/ponyfill'),
		import('zxing-wasm/reader/zxing_reader.wasm?url'),
	]);
	// From our own server: its default is a host elsewhere, which a school's network need not reach.
	await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
	return new BarcodeDetector({ formats: ['qr_code'] });
}

function nativeDetector(): DetectorClass | null {
	const found: unknown = Reflect.get(globalThis, 'BarcodeDetector');
	return isDetectorClass(found) ? found : null;
}

/** Whatever stands under the standard's name is what the standard says. */
const isDetectorClass = (found: unknown): found is DetectorClass => typeof found === 'function';
