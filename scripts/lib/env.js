/** What a test runner puts into the environment; build tools read some of these names. */
const RUNNER = /^(VITEST.*|TINYPOOL.*|NODE_ENV|MODE|PROD|DEV|SSR|TEST|BASE_URL|NODE_OPTIONS)$/;

/**
 * The environment without the marks of a test runner, for a program that must behave as it does
 * when a person starts it.
 *
 * @returns {Record<string, string>}
 */
export function plainEnv() {
	return Object.fromEntries(
		Object.entries(process.env).flatMap(([name, value]) =>
			value === undefined || RUNNER.test(name) ? [] : [[name, value]],
		),
	);
}
