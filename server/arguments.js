import { messages } from './messages.js';
import { StartupError } from './startup-error.js';

/**
 * What was asked for behind `npm start --` or `node server.js`.
 *
 * @param {string[]} argv without the program and the script
 * @returns {{ lan: boolean }} whether to serve the local network over HTTPS
 * @throws {StartupError} there is no such option
 */
export function readArguments(argv) {
	const wrong = argv.find((argument) => argument !== '--lan');
	if (wrong !== undefined) throw new StartupError(messages.start.unknownOption(wrong));
	return { lan: argv.length > 0 };
}
