import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * @param {Uint8Array} header
 * @param {number} start
 * @param {number} length
 * @returns {string} a text field: up to the first NUL
 */
function field(header, start, length) {
	const bytes = header.subarray(start, start + length);
	const end = bytes.indexOf(0);
	return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

/**
 * Reads one regular file out of a gzipped ustar archive, which is what npm packages are
 * (POSIX.1-1988 ustar: name at 0, size in octal at 124, type at 156, prefix at 345).
 *
 * @param {Uint8Array} archive the .tgz
 * @param {string} path of the file inside, with forward slashes
 * @returns {Uint8Array | undefined} its content; undefined when it is not there
 * @throws {Error} when the archive is no gzip or a size is unreadable
 */
export function readTarFile(archive, path) {
	const tar = gunzipSync(archive);
	for (let at = 0; at + BLOCK <= tar.length;) {
		const header = tar.subarray(at, at + BLOCK);
		if (header[0] === 0) return undefined;
		const prefix = field(header, 345, 155);
		const name = field(header, 0, 100);
		const size = parseInt(field(header, 124, 12).trim(), 8);
		if (!(size >= 0)) throw new Error('The package archive is damaged.');
		const start = at + BLOCK;
		const type = field(header, 156, 1);
		const regular = type === '0' || type === '';
		if (regular && (prefix ? `${prefix}/${name}` : name) === path) {
			return tar.subarray(start, start + size);
		}
		at = start + Math.ceil(size / BLOCK) * BLOCK;
	}
	return undefined;
}
