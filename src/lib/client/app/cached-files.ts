/**
 * What the service worker keeps on a device. Nothing in it belongs to a person: the shell (the same
 * for everybody, and fetched as nobody), and what the camera needs. Pages are never kept.
 */

/** The cache of models, WebAssembly and the face worker; filled by the first use of a camera. */
export const ENGINE_CACHE = 'facetrack-engine';

/** The page that stands for one that cannot be reached. */
export const OFFLINE_PAGE = '/offline';

const MODEL_FILE = /^\/models\/([0-9a-f]{16})\/[^/]+$/;
const SCRIPT_FILE = /^\/_app\/immutable\/(?:workers\/[^/]+\.js|assets\/[^/]+\.wasm)$/;

/**
 * Whether a file is one that only a camera needs, and that never changes under its address: models
 * stand in a folder named after their content, what the build made is named so itself.
 *
 * @param pathname of an address of this site
 */
export function isEngineFile(pathname: string): boolean {
	return MODEL_FILE.test(pathname) || SCRIPT_FILE.test(pathname);
}

/** @returns paths of the files that a cache holds */
export async function keptPaths(cache: Cache): Promise<string[]> {
	return (await cache.keys()).map(({ url }) => new URL(url).pathname);
}

/**
 * Which of the kept files nobody needs any more.
 *
 * @param kept paths of the files in {@link ENGINE_CACHE}
 * @param build paths of all files of this build
 * @param index text of `models/index.json`, which names the folders in use
 */
export function staleEngineFiles(
	kept: readonly string[],
	build: readonly string[],
	index: string,
): string[] {
	return kept.filter((pathname) => {
		const folder = MODEL_FILE.exec(pathname)?.[1];
		return folder === undefined ? !build.includes(pathname) : !index.includes(`/${folder}/`);
	});
}
