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

const WORKER_POLICY = [
	"default-src 'none'",
	"script-src 'self' blob: 'wasm-unsafe-eval'",
	"worker-src 'self' blob:",
	"connect-src 'self'",
].join('; ');

/**
 * The content security policy of a worker script, or null for any other path. A worker does not
 * inherit the policy of its page: without one of its own, the thread that sees every camera frame
 * would be the one place that may talk to any host.
 *
 * @param {string} pathname
 * @returns {string | null}
 */
export function workerPolicy(pathname) {
	return pathname.startsWith('/_app/immutable/workers/') ? WORKER_POLICY : null;
}

/**
 * For a server with a certificate of the school's own: a year long, browsers come back encrypted only.
 * Not with `--lan`, whose address may be another machine's tomorrow.
 */
export const HSTS = 'max-age=31536000';
