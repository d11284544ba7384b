/**
 * Protects what a school's own references do to its thresholds: nothing where the default holds, a
 * rise where its people are more alike, none for twins; that only who manages the school or runs its
 * server decides so, and that what was found reaches the cameras' policy at once.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainEnv } from '../../scripts/lib/env.js';
import type { CalibrationFigures } from '../../src/lib/contract/calibration';
import { createDatabase } from '../../src/lib/server/db/client';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded';
import { migrateToLatest } from '../../src/lib/server/db/migrate';
import { createLog } from '../../src/lib/server/log';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	TEST_MODELS,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { enrolPeople } from '../helpers/enrolled-people';
import { createLookalike, createPerson } from '../helpers/vectors';

const PEOPLE = 40;

let app: TestApplication;
let admin: Account;

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
});
afterAll(() => app.stop());
afterEach(async () => {
	await app.database.db.deleteFrom('users').where('role', '=', 'student').execute();
	await app.container.calibration.reset(admin.actor);
});

const ordinary = (count: number) =>
	Array.from({ length: count }, (_, i) => createPerson(i).captures(3));

/** Everybody has something of one face. */
function alike(count: number): Float32Array[][] {
	const family = createPerson(5000);
	return Array.from({ length: count }, (_, i) =>
		createLookalike(createPerson(i), family).captures(3),
	);
}

async function compare(apply = true): Promise<CalibrationFigures & { isKept: boolean }> {
	const outcome = await app.container.calibration.run(admin.actor, { apply });
	if (outcome.kind !== 'measured') throw new Error(outcome.kind);
	return outcome;
}

const scoreShift = async () => (await app.container.policies.ofSchool()).scoreShift;

describe('an ordinary school', () => {
	it('goes by the default, and knows that it was compared', async () => {
		await enrolPeople(app, ordinary(PEOPLE));
		const figures = await compare();
		expect(figures).toMatchObject({
			people: PEOPLE,
			pairs: 780,
			lookLikeOnePerson: 0,
			scoreShift: 0,
			isKept: true,
		});
		expect(await app.container.calibration.current()).toMatchObject({
			scoreShift: 0,
			people: PEOPLE,
			comparisons: 780,
		});
	});

	it('counts twins, and raises nothing for them', async () => {
		const faces = ordinary(PEOPLE);
		const twins = [1, 2, 3].map((i) => createPerson(i).captures(3));
		await enrolPeople(app, [...faces, ...twins]);
		expect(await compare()).toMatchObject({ lookLikeOnePerson: 3, scoreShift: 0 });
	});

	it('is not compared without consent', async () => {
		const [first = ''] = await enrolPeople(app, ordinary(PEOPLE));
		await app.container.consent.record(admin.actor, {
			studentId: first,
			decision: 'withdrawn',
			givenBy: 'guardian',
		});
		expect(await compare()).toMatchObject({ people: PEOPLE - 1 });
	});
});

describe('a school of alike people', () => {
	it('gets higher thresholds at once, until the default is asked for again', async () => {
		await enrolPeople(app, alike(PEOPLE));
		expect(await scoreShift()).toBe(0);
		const figures = await compare();
		expect(figures.found).toBeGreaterThan(figures.byChance);
		expect(figures.scoreShift).toBeGreaterThan(0.05);
		expect(await scoreShift()).toBeCloseTo(figures.scoreShift, 6);
		await app.container.calibration.reset(admin.actor);
		expect(await scoreShift()).toBe(0);
		expect(await app.container.calibration.current()).toBeNull();
	});

	it('is only told so by a dry run', async () => {
		await enrolPeople(app, alike(PEOPLE));
		const figures = await compare(false);
		expect(figures.scoreShift).toBeGreaterThan(0.05);
		expect(figures.isKept).toBe(false);
		expect(await app.container.calibration.current()).toBeNull();
	});

	it('loses the rise when it is compared again and the default holds', async () => {
		await enrolPeople(app, alike(PEOPLE));
		await compare();
		await app.database.db.deleteFrom('users').where('role', '=', 'student').execute();
		await enrolPeople(app, ordinary(PEOPLE));
		await compare();
		expect(await scoreShift()).toBe(0);
	});
});

describe('the office', () => {
	it('is told when people are too few, and nothing changes', async () => {
		await enrolPeople(app, ordinary(19));
		const outcome = await app.container.calibration.run(admin.actor, { apply: true });
		expect(outcome).toEqual({ kind: 'too-few', people: 19, needed: 20 });
		expect(await app.container.calibration.current()).toBeNull();
	});

	it('compares once at a time, and again after that', async () => {
		await enrolPeople(app, ordinary(PEOPLE));
		const running = compare();
		await expect(compare()).rejects.toMatchObject({ code: 'conflict' });
		await running;
		await expect(compare()).resolves.toMatchObject({ people: PEOPLE });
	});

	it('may stop it, and then nothing is kept', async () => {
		await enrolPeople(app, ordinary(PEOPLE));
		const stop = new AbortController();
		const running = app.container.calibration.run(admin.actor, {
			apply: true,
			signal: stop.signal,
		});
		stop.abort();
		await expect(running).rejects.toThrow();
		expect(await app.container.calibration.current()).toBeNull();
	});

	it('are admins alone', async () => {
		const { actor } = await makeAccount(app, admin.actor, 'teacher');
		const { calibration } = app.container;
		const forbidden = { code: 'forbidden' };
		await expect(calibration.run(actor, { apply: false })).rejects.toMatchObject(forbidden);
		await expect(calibration.reset(actor)).rejects.toMatchObject(forbidden);
	});
});

describe('npm run calibrate', () => {
	const SCRIPT = fileURLToPath(new URL('../../scripts/calibrate.js', import.meta.url));
	/** Three starts of a process that compiles first, on a busy machine. */
	const SLOW_MS = 120_000;
	let folder: string;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'facetrack-calibrate-'));
		// The command knows the engine from the models below the folder that it runs in.
		const models = join(folder, 'models/prepared');
		await mkdir(models, { recursive: true });
		await writeFile(join(models, 'index.json'), JSON.stringify(TEST_MODELS));
	});
	afterAll(() => rm(folder, { recursive: true }));

	async function calibrate(env: Record<string, string>, ...args: string[]): Promise<string> {
		const options = { cwd: folder, env: { ...plainEnv(), DATABASE_URL: '', ...env } };
		return (await promisify(execFile)(process.execPath, [SCRIPT, ...args], options)).stdout;
	}

	it('finds, keeps and forgets beside the running server', { timeout: SLOW_MS }, async () => {
		const env = { DATABASE_URL: app.database.url, DATA_DIR: app.container.config.dataDir };
		await enrolPeople(app, alike(PEOPLE));
		const found = await calibrate(env, '--dry-run');
		expect(found).toContain('40 people were compared with each other, 780 pairs.');
		expect(found).toContain('The default does not hold here');
		expect(found).toContain('Nothing was changed.');
		expect(await app.container.calibration.current()).toBeNull();
		expect(await calibrate(env)).toContain('From now on the cameras');
		expect(await app.container.calibration.current()).toMatchObject({ people: PEOPLE });
		expect(await calibrate(env, '--reset')).toContain('by the default again');
		expect(await app.container.calibration.current()).toBeNull();
	});

	it(
		'shares a running embedded database, and starts it where none runs',
		{ timeout: SLOW_MS },
		async () => {
			const dataDir = join(folder, 'data');
			const log = createLog('silent');
			const embedded = await startEmbeddedPostgres({ dataDir, log, durable: false });
			const client = createDatabase(embedded.url);
			try {
				await migrateToLatest(client.db);
				expect(await calibrate({ DATA_DIR: dataDir })).toContain('Only 0 people are enrolled.');
				expect(await client.sql`select 1 as one`).toEqual([{ one: 1 }]);
			} finally {
				await client.close();
				await embedded.stop();
			}
			expect(await calibrate({ DATA_DIR: dataDir })).toContain('Only 0 people are enrolled.');
		},
	);
});
