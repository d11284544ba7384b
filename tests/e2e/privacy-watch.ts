import type { BrowserContext, Page } from 'playwright/test';

/** How files of pictures and videos begin, as hex; long enough not to turn up in numbers by chance. */
const SIGNATURES = {
	JPEG: ['ffd8ffe0', 'ffd8ffe1', 'ffd8ffdb', 'ffd8ffee'],
	PNG: ['89504e470d0a'],
	GIF: ['474946383761', '474946383961'],
	WebM: ['1a45dfa3'],
} as const;
const TEXT_MARKS = ['data:image/', 'data:video/', 'image/jpeg', 'image/png', 'image/webp'];
/** RIFF....WEBP and ....ftyp stand a few bytes into the file. */
const WEBP = /RIFF[\s\S]{4}WEBP/;
const ISO_MEDIA = /ftyp(?:isom|mp4|avif|heic|mif1)/;

/** What left the browser, and what of it looks like a picture. */
export interface PrivacyWatch {
	readonly found: readonly string[];
	/** Requests and socket frames looked at: a watch that saw nothing proves nothing. */
	readonly requests: () => number;
	readonly socketFrames: () => number;
}

/** Looks at the body of every request and at every socket frame that pages of the context send. */
export function watchForPictures(context: BrowserContext): PrivacyWatch {
	const found: string[] = [];
	let requests = 0;
	let socketFrames = 0;
	const look = (where: string, bytes: Buffer) => {
		const kind = pictureIn(bytes);
		if (kind !== null) found.push(`${kind} in ${where}`);
	};
	const watchPage = (page: Page) => {
		page.on('websocket', (socket) => {
			socket.on('framesent', ({ payload }) => {
				socketFrames++;
				look(`a socket frame to ${socket.url()}`, Buffer.from(payload));
			});
		});
	};
	context.on('request', (request) => {
		requests++;
		const body = request.postDataBuffer();
		if (body !== null) look(`${request.method()} ${request.url()}`, body);
	});
	context.on('page', watchPage);
	context.pages().forEach(watchPage);
	return { found, requests: () => requests, socketFrames: () => socketFrames };
}

/** The kind of picture whose bytes, or whose base64, are in there; null when none is. */
export function pictureIn(bytes: Buffer): string | null {
	for (const [kind, signatures] of Object.entries(SIGNATURES)) {
		for (const signature of signatures) {
			const start = Buffer.from(signature, 'hex');
			if (bytes.includes(start)) return kind;
			// Base64 of whole groups of three bytes does not depend on what follows.
			const whole = start.subarray(0, start.length - (start.length % 3)).toString('base64');
			if (whole.length >= 8 && bytes.includes(whole)) return `${kind} as base64`;
		}
	}
	const text = bytes.toString('latin1');
	if (WEBP.test(text)) return 'WebP';
	if (ISO_MEDIA.test(text)) return 'a video or HEIF picture';
	return TEXT_MARKS.find((mark) => text.includes(mark)) ?? null;
}
