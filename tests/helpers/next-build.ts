import { appendFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from './server';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The checkout as the next build would be: its service worker differs, so browsers update. */
export interface NextBuild {
	/** For `startServer`. */
	readonly root: string;
	remove(): Promise<void>;
}

/** Copies what was built, and changes its service worker by one line. */
export async function makeNextBuild(): Promise<NextBuild> {
	await buildOnce();
	const root = await mkdtemp(join(tmpdir(), 'facetrack-next-'));
	// Copied and not linked: server.js finds its build beside the real place of its own file.
	for (const name of ['build', 'server', 'server.js', 'package.json']) {
		await cp(join(ROOT, name), join(root, name), { recursive: true });
	}
	for (const name of ['node_modules', 'models']) await symlink(join(ROOT, name), join(root, name));
	const script = join(root, 'build/client/service-worker.js');
	await appendFile(script, '\n// the next build\n');
	for (const ending of ['br', 'gz']) await rm(`${script}.${ending}`);
	return { root, remove: () => rm(root, { recursive: true }) };
}
