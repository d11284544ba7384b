// Protects: one command starts FaceTrack from nothing, it stops cleanly, it recovers from kill -9 by
// itself, and what stands in its way is told in one sentence.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/lib/server/db/embedded-process';
import { buildOnce, startRefusedServer, startServer, type RunningServer } from '../helpers/server';

let dataDir: string;
const running: RunningServer[] = [];

beforeAll(buildOnce, 180_000);
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'facetrack-start-'));
});
afterEach(async () => {
	for (const server of running.splice(0)) await server.stop();
	await rm(dataDir, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<RunningServer> {
	const server = await startServer({ env: { DATA_DIR: dataDir, ...env } });
	running.push(server);
	return server;
}

async function pidFile(): Promise<string[]> {
	return (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
}

async function withDatabase<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
	const password = (await readFile(join(dataDir, 'postgres.password'), 'utf8')).trim();
	const port = (await pidFile())[3] ?? '';
	const sql = postgres(`postgres://facetrack:${password}@127.0.0.1:${port}/facetrack`, { max: 1 });
	try {
		return await work(sql);
	} finally {
		await sql.end();
	}
}

const renameSchool = (name: string) => withDatabase((sql) => sql`update school set name = ${name}`);
const schoolName = () =>
	withDatabase(async (sql) => {
		const [row] = await sql<Array<{ name: string }>>`select name from school`;
		return row?.name;
	});

const isHealthy = async (server: RunningServer) =>
	(await fetch(`${server.url}/healthz`)).status === 200;

describe('starting and stopping', () => {
	it('starts from nothing, and SIGTERM ends it and its database with exit code 0', async () => {
		const server = await start();
		const health = await fetch(`${server.url}/healthz`);
		expect(await health.json()).toEqual({ status: 'ok' });
		expect(server.adminLink).toMatch(new RegExp(`^${server.url}/.+`));
		const databasePid = Number((await pidFile())[0]);
		expect(isAlive(databasePid)).toBe(true);
		expect(await server.stop('SIGTERM')).toBe(0);
		running.pop();
		expect(isAlive(databasePid)).toBe(false);
		await expect(readFile(join(dataDir, 'facetrack.lock'))).rejects.toThrow(/ENOENT/);
	});

	it('keeps what was saved over a clean stop, and the later start is quick', async () => {
		await start();
		await renameSchool('Hill School');
		expect(await running.pop()?.stop('SIGINT')).toBe(0);
		const begin = performance.now();
		await start();
		expect(performance.now() - begin).toBeLessThan(5_000);
		expect(await schoolName()).toBe('Hill School');
	});

	it('starts again after kill -9 with nothing lost, though the database still ran', async () => {
		const first = await start();
		await renameSchool('Hill School');
		const left = Number((await pidFile())[0]);
		await first.kill();
		running.pop();
		expect(isAlive(left)).toBe(true);
		const again = await start();
		expect(await isHealthy(again)).toBe(true);
		expect(isAlive(left)).toBe(false);
		expect(await schoolName()).toBe('Hill School');
	});

	it('is not held up by a pid file and a lock whose pids belong to others by now', async () => {
		await start();
		const [, ...rest] = await pidFile();
		await running.pop()?.stop();
		await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), [process.pid, ...rest].join('\n'));
		await writeFile(
			join(dataDir, 'facetrack.lock'),
			JSON.stringify({ pid: process.pid, identity: 'another time' }),
		);
		expect(await isHealthy(await start())).toBe(true);
	});
});

describe('what stands in the way is one sentence and a non-zero exit', () => {
	it('a taken port', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, resolve));
		const address = other.address();
		const port = typeof address === 'object' && address ? String(address.port) : '';
		const ended = await startRefusedServer({ env: { DATA_DIR: dataDir, PORT: port } });
		other.close();
		expect(ended.output.trim()).toBe(
			`Port ${port} is already taken: stop the other program, or choose another with PORT.`,
		);
		expect(ended.code).toBe(1);
	});

	it('another FaceTrack on the same data', async () => {
		const server = await start();
		const ended = await startRefusedServer({ env: { DATA_DIR: dataDir } });
		expect(ended.output.trim()).toBe(
			`Another FaceTrack (process ${server.pid}) already uses ${dataDir}: stop it first, or set DATA_DIR to another folder.`,
		);
		expect(ended.code).toBe(1);
		expect(await isHealthy(server)).toBe(true);
	});

	it.each([
		[
			'a data folder that cannot be written',
			{ DATA_DIR: process.execPath },
			/data folder .* cannot be written/,
		],
		[
			'a database that does not answer',
			{ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' },
			/^No PostgreSQL answers at 127\.0\.0\.1:1/,
		],
		[
			'a DATABASE_URL that is none',
			{ DATABASE_URL: 'mysql://here' },
			/DATABASE_URL must look like/,
		],
		['a wrong PORT', { PORT: 'http' }, /PORT must be a number/],
		['a wrong ORIGIN', { ORIGIN: 'school' }, /ORIGIN must be an address/],
		['a wrong key', { FACETRACK_KEY: 'c2hvcnQ=' }, /FACETRACK_KEY must be 32 bytes/],
	])('%s', async (_case, env, sentence) => {
		const ended = await startRefusedServer({ env: { DATA_DIR: dataDir, ...env } });
		expect(ended.output).toMatch(sentence);
		expect(ended.output.trim().split('\n')).toHaveLength(1);
		expect(ended.code).toBe(1);
	});
});

describe('npm start', () => {
	it('says which model file is not what it should be, and starts nothing', async () => {
		const root = process.cwd();
		for (const part of ['scripts', 'models', 'server', 'package.json', 'server.js']) {
			await cp(join(root, part), join(dataDir, part), {
				recursive: true,
				filter: (file) => !file.endsWith('prepared'),
			});
		}
		await symlink(join(root, 'node_modules'), join(dataDir, 'node_modules'));
		const manifest = join(dataDir, 'models', 'manifest.json');
		const text = await readFile(manifest, 'utf8');
		await writeFile(manifest, text.replace(/("sha256": ")[0-9a-f]{8}/g, '$100000000'));
		const [code, said] = await new Promise<[unknown, string]>((resolve) => {
			execFile('node', ['scripts/start.js'], { cwd: dataDir }, (error, _out, stderr) =>
				resolve([error?.code, stderr]),
			);
		});
		expect(said.trim()).toMatch(/^[^\n]*(sha|hash)[^\n]*$/i);
		expect(code).toBe(1);
	});
});

describe('what it serves', () => {
	it('prepared models are cached for good, by their type, and nothing else of the disk', async () => {
		const { url } = await start();
		const index = await fetch(`${url}/models/index.json`);
		expect(index.headers.get('cache-control')).toBe('no-cache');
		const body = await index.text();
		const model = /"(\/models\/[^"]+\.json)"/.exec(body)?.[1] ?? '';
		const file = await fetch(url + model);
		expect(file.status).toBe(200);
		expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
		expect(file.headers.get('content-type')).toBe('application/json');
		for (const path of ['/models/..%2fmanifest.json', '/models/%2e%2e/prepare.js', '/models/']) {
			expect((await fetch(url + path)).status).toBe(404);
		}
	});
});
