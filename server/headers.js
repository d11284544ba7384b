/**
 * Sent with every response. Cross-origin isolation gives the worker shared memory (threaded
 * WebAssembly); it costs nothing here, as no page loads anything from another host.
 */
export const isolationHeaders = Object.freeze({
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-embedder-policy': 'require-corp',
	'cross-origin-resource-policy': 'same-origin',
	'x-content-type-options': 'nosniff',
});

const FACE_WORKER_POLICY = [
	"default-src 'none'",
	"script-src 'self' blob: 'wasm-unsafe-eval'",
	"worker-src 'self' blob:",
	"connect-src 'self'",
].join('; ');
const SERVICE_WORKER_POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"connect-src 'self'",
].join('; ');

/** A browser must learn of a new version at its next visit, whatever stands between it and us. */
const ALWAYS_ASKED = new Set(['/service-worker.js', '/manifest.webmanifest']);

/**
 * What goes with certain files of the build, beside the isolation headers. A worker does not inherit
 * the policy of its page: without one of its own, the thread that sees every camera frame, or the one
 * that sees every request, would be the one place that may talk to any host.
 *
 * @param {string} pathname
 * @returns {Record<string, string>}
 */
export function fileHeaders(pathname) {
	/** @type {Record<string, string>} */
	const headers = {};
	if (pathname.startsWith('/_app/immutable/workers/')) {
		headers['content-security-policy'] = FACE_WORKER_POLICY;
	}
	if (pathname === '/service-worker.js') {
		headers['content-security-policy'] = SERVICE_WORKER_POLICY;
	}
	if (ALWAYS_ASKED.has(pathname)) headers['cache-control'] = 'no-cache';
	return headers;
}

/**
 * For a server with a certificate of the school's own: a year long, browsers come back encrypted only.
 * Not with `--lan`, whose address may be another machine's tomorrow.
 */
export const HSTS = 'max-age=31536000';
