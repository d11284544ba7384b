/**
 * The server cannot start. The message is one sentence for the terminal that says what is wrong and
 * what to do. The application has its own class of this name: the two are told by the name.
 */
export class StartupError extends Error {
	/** @override */
	name = 'StartupError';
}

/**
 * The system's short name of what went wrong (`ENOENT`), else the whole error in words.
 *
 * @param {unknown} error
 */
export function errorCode(error) {
	return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
