// Protects `npm run evaluate -- liveness` and `passive` as a whole: photos are moved before the virtual camera and
// judged by the server's rule, clips are found in whatever folders they lie, and what no browser can
// play is named and stops nothing.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'playwright/test';
import { headOf } from '../helpers/sample-faces';

const COMMAND = fileURLToPath(new URL('../../evaluation/run.js', import.meta.url));

let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'facetrack-liveness-'));
	await mkdir(inFolder('clips/school'), { recursive: true });
	await mkdir(inFolder('photos/erin'), { recursive: true });
	await mkdir(inFolder('nothing'));
	await writeFile(inFolder('clips/school/broken.mp4'), 'no clip');
	await writeFile(inFolder('photos/erin/erin.png'), await headOf('erin'));
});

test.afterAll(() => rm(folder, { recursive: true, force: true }));

const inFolder = (name: string) => path.join(folder, name);

function run(
	command: 'liveness' | 'passive',
	args: string[],
): Promise<{ code: number | null; output: string }> {
	const cache = ['--cache', inFolder('cache'), '--pages', '1'];
	const child = spawn(process.execPath, [COMMAND, command, ...args, ...cache]);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	}
	return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

const measure = (command: 'liveness' | 'passive', json: string) =>
	run(command, [
		...['--live', inFolder('clips'), '--attack', inFolder('photos')],
		...['--json', inFolder(json)],
	]);

test('shows a photo in every way to every challenge, and names a clip that cannot be played', async () => {
	test.setTimeout(600_000);
	const { code, output } = await measure('liveness', 'first.json');
	expect(code, output).toBe(0);
	expect(output).toContain('22 showings: 0 from cache.');
	expect(output).toMatch(/Without a face, or not to be read:\n.*broken\.mp4/);
	expect(output).toContain('No clip shows anything that can be asked for: no BPCER.');
	const result = JSON.parse(await readFile(inFolder('first.json'), 'utf8')) as unknown;
	expect(result).toMatchObject({
		bpcer: null,
		apcer: { moved: 0, tilted: 0, bent: expect.any(Number) as unknown, zoomed: 0, replayed: null },
		live: 0,
		attacks: 4 * 16,
		tallies: { moved: { attempts: 16, sources: 1 } },
	});
});

test('takes the second time from the cache what the first showed', async () => {
	const { code, output } = await measure('liveness', 'second.json');
	expect(code, output).toBe(0);
	expect(output).toContain('22 showings: 22 from cache.');
	const [first, second] = await Promise.all(
		['first.json', 'second.json'].map((name) => readFile(inFolder(name), 'utf8')),
	);
	expect(second).toBe(first);
});

test('says in a sentence that a folder holds no clips', async () => {
	const { code, output } = await run('liveness', [
		'--live',
		inFolder('nothing'),
		'--attack',
		inFolder('photos'),
	]);
	expect(code).toBe(2);
	expect(output).toBe(`${inFolder('nothing')} holds no clips: mp4, mov, webm or mkv.\n`);
});

test('holds a photo before the tablet in every way, and judges what it would send', async () => {
	test.setTimeout(600_000);
	await writeFile(inFolder('photos/erin/erin.png'), await headOf('erin', 300));
	const { code, output } = await measure('passive', 'passive.json');
	expect(code, output).toBe(0);
	expect(output).toContain('No clip shows a face for long enough.');
	const result = JSON.parse(await readFile(inFolder('passive.json'), 'utf8')) as unknown;
	expect(result).toMatchObject({
		bpcer: {},
		// What does not move is not told from a person who does not move.
		apcer: { still: 1, moved: 0, 'phone-moved': 0 },
		tallies: { still: { attempts: 1, sources: 1 } },
	});
});
