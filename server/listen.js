import { messages } from './messages.js';
import { errorCode, StartupError } from './startup-error.js';

/**
 * Waits until the server listens.
 *
 * @param {import('node:net').Server} server
 * @param {{ host: string, port: number, setting: string }} where `setting` is what chooses the port
 * @returns {Promise<void>}
 * @throws {StartupError} the port is taken or forbidden, or the host is none of this machine's
 */
export function listen(server, { host, port, setting }) {
	return new Promise((resolve, reject) => {
		/** @param {Error} error */
		const refused = (error) => reject(inWords(error, host, port, setting));
		server.once('error', refused);
		server.listen(port, host, () => {
			server.off('error', refused);
			resolve();
		});
	});
}

/** @param {Error} error @param {string} host @param {number} port @param {string} setting */
function inWords(error, host, port, setting) {
	/** @type {Record<string, string>} */
	const sentences = {
		EADDRINUSE: messages.start.portTaken(port, setting),
		EACCES: messages.start.portForbidden(port, setting),
		EADDRNOTAVAIL: messages.start.noSuchHost(host),
	};
	const sentence = sentences[errorCode(error)];
	return sentence ? new StartupError(sentence) : error;
}
