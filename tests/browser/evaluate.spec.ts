// Protects `npm run evaluate` as a whole: the product's worker measures folders that are not ours,
// what cannot be read is counted and stops nothing, a second run takes its vectors from the cache,
// and Ctrl-C ends it cleanly.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'playwright/test';
import { headOf, type SampleFace } from '../helpers/sample-faces';

const COMMAND = fileURLToPath(new URL('../../evaluation/run.js', import.meta.url));
const FACES: SampleFace[] = ['dora', 'erin', 'erinAtHalloween', 'fay', 'gina'];

const PAIRS = `a,b,same
erin/erin.png,erin/erinAtHalloween.png,1
erin/erin.png,others/dora.png,0
others/fay.png,others/gina.png,0
others/dora.png,broken.jpg,0
others/dora.png,nowhere.jpg,0
`;

const SUBJECTS = `path,subject,set
erin/erin.png,erin,gallery
erin/erinAtHalloween.png,erin,probe
others/dora.png,dora,gallery
broken.jpg,dora,probe
others/fay.png,fay,probe
nowhere.jpg,gina,probe
`;

interface Outcome {
	code: number | null;
	output: string;
}

let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'facetrack-evaluate-'));
	for (const face of FACES) {
		const own = path.join(folder, face.startsWith('erin') ? 'erin' : 'others');
		await mkdir(own, { recursive: true });
		await writeFile(path.join(own, `${face}.png`), await headOf(face));
	}
	await writeFile(path.join(folder, 'broken.jpg'), 'no picture');
	await writeFile(path.join(folder, 'pairs.csv'), PAIRS);
	await writeFile(path.join(folder, 'subjects.csv'), SUBJECTS);
});

test.afterAll(() => rm(folder, { recursive: true, force: true }));

/** @param watch is given all output so far, and how to signal the process */
function run(
	args: string[],
	watch: (output: string, signal: () => void) => void = () => undefined,
): Promise<Outcome> {
	const common = ['--images', folder, '--cache', path.join(folder, 'cache')];
	const child = spawn(process.execPath, [COMMAND, ...args, ...common]);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			watch(output, () => child.kill('SIGINT'));
		});
	}
	return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

const inFolder = (name: string) => path.join(folder, name);

async function json(name: string): Promise<Record<string, unknown>> {
	return JSON.parse(await readFile(inFolder(name), 'utf8')) as Record<string, unknown>;
}

const verify = (name: string) => [
	...['verify', '--pairs', inFolder('pairs.csv')],
	...['--json', inFolder(`${name}.json`)],
];

test('ends on Ctrl-C without a result', async () => {
	let isPressed = false;
	const { code, output } = await run(verify('stopped'), (soFar, interrupt) => {
		if (isPressed || !soFar.includes('0 of 6 pictures')) return;
		isPressed = true;
		// One press comes twice: from the terminal and from npm.
		interrupt();
		interrupt();
	});
	expect(output).toContain('Stopped. What was measured is kept');
	expect(code).toBe(130);
	await expect(json('stopped.json')).rejects.toThrow('ENOENT');
});

test('verifies pairs, beside Human, and counts what cannot be read', async () => {
	const { code, output } = await run([...verify('first'), '--baseline', 'human']);
	expect(code, output).toBe(0);
	expect(output).toMatch(/1 picture not there:\n {2}nowhere\.jpg/);
	expect(output).toMatch(/1 picture cannot be read as a picture:\n {2}broken\.jpg/);
	const figures = {
		pairs: 5,
		notFound: 2,
		missing: 1,
		broken: 1,
		// Of five pairs two hold a picture without a face: errors, whatever the threshold.
		accuracy: 0.6,
		deviation: null,
		eer: 0,
		tarAtFar: { '0.01': 1, '0.001': 1 },
	};
	const result = await json('first.json');
	expect(result).toMatchObject({ ...figures, baseline: { pairs: 5, notFound: 2 } });
	expect(result.msPerImage).toBeGreaterThan(0);
	const svg = await readFile(inFolder('first.svg'), 'utf8');
	expect(svg).toContain('FaceTrack');
	expect(svg).toContain("Human's default");
});

test('takes the second time from the cache what the first measured', async () => {
	const { code, output } = await run([...verify('second'), '--baseline', 'human']);
	expect(code, output).toBe(0);
	expect(output).toContain('7 pictures: 6 from cache.');
	expect(await json('second.json')).toEqual(await json('first.json'));
});

test('identifies members among strangers', async () => {
	const { code, output } = await run([
		...['identify', '--subjects', inFolder('subjects.csv')],
		...['--json', inFolder('identify.json')],
	]);
	expect(code, output).toBe(0);
	const result = await json('identify.json');
	// Two members search, one with a picture that is none; so do two strangers.
	expect(result).toMatchObject({ rank1: 0.5, probes: 2, strangers: 2, notFound: 2 });
	expect(result.points).toMatchObject([
		{ fpir: 0.01, fnir: 0.5 },
		{ fpir: 0.003, fnir: 0.5 },
		{ fpir: 0.001, fnir: 0.5 },
	]);
	// By the default rate of wrong names: for a class of 30, as it is the least.
	const operatingPoint = { fpir: 0, threshold: expect.closeTo(0.46, 1) as unknown };
	expect(result.operatingPoint).toMatchObject(operatingPoint);
});

test('says in a sentence what is wrong with the command', async () => {
	const { code, output } = await run(['verify', '--pairs', inFolder('nothing.csv')]);
	expect(code).toBe(2);
	expect(output).toBe(
		`--pairs names ${inFolder('nothing.csv')}, which cannot be read: correct the path.\n`,
	);
});
