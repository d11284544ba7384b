// Protects the face engine on real photographs in a real browser: it finds the faces that are there,
// agrees with Human's own pipeline about where they are, gives one person like vectors and two
// people unlike ones, keeps names with people who swap places, and survives the death of its worker.
import * as ort from 'onnxruntime-web';
import { expect, test, type Page } from 'playwright/test';
import { convertOnnx } from '../../models/convert/onnx-to-graph-model.js';
import { prepareModels, readModelSource } from '../../models/prepare.js';
import type { Piece, ReferenceFace, SeenFace, SeenFrame } from './harness/face-engine';
import { startHarness } from './harness/server';

let page: Page;
let stop: () => Promise<void>;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
	await prepareModels();
	const harness = await startHarness();
	stop = () => harness.close();
	page = await browser.newPage();
	await page.goto(harness.url);
	await page.waitForFunction(() => 'harness' in window);
});

test.afterAll(async () => {
	await page.close();
	await stop();
});

const sample = (n: number) => `/samples/sample${n}.jpg`;

function photo(n: number, capturedAt: number): Promise<SeenFrame | null> {
	return page.evaluate(([url, at]) => window.harness.photo(url, at), [
		sample(n),
		capturedAt,
	] as const);
}

function frame(
	pieces: Piece[],
	capturedAt: number,
	width = 1200,
	height = 700,
): Promise<SeenFrame | null> {
	return page.evaluate(([all, at, w, h]) => window.harness.frame(w, h, all, at), [
		pieces,
		capturedAt,
		width,
		height,
	] as const);
}

function cosine(a: number[] | null | undefined, b: number[] | null | undefined): number {
	if (!a || !b) throw new Error('A face has no vector.');
	return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** Faces of a photo from left to right, each embedded: a photo is shown until all of them are. */
async function embeddedFaces(n: number, from: number): Promise<SeenFace[]> {
	const vectors = new Map<number, SeenFace>();
	for (let i = 0; i < 3; i++) {
		const result = await photo(n, from + i * 250);
		for (const face of result?.faces ?? []) {
			const known = vectors.get(face.trackId);
			vectors.set(face.trackId, face.vector || !known ? face : known);
		}
	}
	return [...vectors.values()].sort((a, b) => a.box.x - b.box.x);
}

/** Distance of the middles of two boxes, px. */
function apart({ box: a }: ReferenceFace, { box: b }: ReferenceFace): number {
	return Math.hypot(a[0] + a[2] / 2 - b[0] - b[2] / 2, a[1] + a[3] / 2 - b[1] - b[3] / 2);
}

/** Degrees that the line of the outer eye corners leans. */
function lean({ mesh }: ReferenceFace): number {
	const [right, left] = [mesh[33], mesh[263]];
	if (!right || !left) throw new Error('A mesh has no eyes.');
	return (Math.atan2(left[1] - right[1], left[0] - right[0]) * 180) / Math.PI;
}

/** Degrees. */
const MAX_LEAN = 8;

test('finds the 22 faces of six photos, with vectors that tell people apart', async () => {
	await page.evaluate(() => window.harness.start('door'));
	const faces: SeenFace[][] = [];
	// Photos are far apart in time, so that no track goes on from one to the next.
	for (let n = 1; n <= 6; n++) faces.push(await embeddedFaces(n, n * 100_000));
	expect(faces.map((found) => found.length)).toEqual([3, 3, 3, 4, 5, 4]);

	const vector = (photoNumber: number, fromLeft: number) =>
		faces[photoNumber - 1]?.[fromLeft]?.vector;
	// The woman on the right of the first photo is in the middle of the third.
	const same = cosine(vector(1, 2), vector(3, 1));
	expect(same).toBeGreaterThan(0.65);
	const all = faces.flatMap((found, n) =>
		found.map(({ vector: v }, i) => ({ v, name: `${n + 1}.${i}` })),
	);
	const others = all.flatMap((a, i) =>
		all
			.slice(i + 1)
			.filter((b) => a.v && b.v && !(a.name === '1.2' && b.name === '3.1'))
			.map((b) => cosine(a.v, b.v)),
	);
	expect(others.length).toBeGreaterThan(150);
	expect(Math.max(...others)).toBeLessThan(0.5);
	for (const { v } of all) if (v) expect(Math.hypot(...v)).toBeCloseTo(1, 4);
});

test('agrees with Human about where faces and their points are', async () => {
	let compared = 0;
	for (const n of [1, 3, 6]) {
		const [theirs, ours] = await page.evaluate(
			async (url) =>
				[await window.harness.reference(url), await window.harness.points(url)] as const,
			sample(n),
		);
		expect(ours).toHaveLength(theirs.length);
		for (const reference of theirs) {
			const [match] = [...ours].sort((a, b) => apart(a, reference) - apart(b, reference));
			if (!match) throw new Error('no face');
			const width = reference.box[2];
			expect(apart(match, reference)).toBeLessThan(0.12 * width);
			// Human cuts upright here; where our crop is turned with the head, points differ by design.
			if (Math.abs(lean(match)) > MAX_LEAN) continue;
			compared++;
			const errors = reference.mesh.map(([x, y], i) => {
				const [ox, oy] = match.mesh[i] ?? [NaN, NaN];
				return Math.hypot(x - ox, y - oy);
			});
			const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
			expect(mean, `photo ${n}, face ${width} px wide`).toBeLessThan(0.02 * width);
		}
	}
	expect(compared).toBeGreaterThanOrEqual(5);
});

test('embeds like onnxruntime on the backend that browsers use, alone and in batches', async () => {
	const area = 112 * 112;
	let state = 1;
	const values = Array.from({ length: 2 * area * 3 }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state >>> 24;
	});
	const onnx = await readModelSource('fr-feature');
	const session = await ort.InferenceSession.create(onnx);
	const unit = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector));
	const { json, weights } = convertOnnx(onnx, { channels: 'bgr', mean: 127.5, scale: 128 });
	const batch = await page.evaluate(([model, v]) => window.harness.embed(model, v, 2), [
		{ json, weights: Buffer.from(weights).toString('base64') },
		values,
	] as const);
	for (let n = 0; n < 2; n++) {
		const input = new Float32Array(area * 3);
		for (let p = 0; p < area; p++)
			for (let c = 0; c < 3; c++)
				input[c * area + p] = ((values[n * area * 3 + p * 3 + 2 - c] ?? 0) - 127.5) / 128;
		const tensor = new ort.Tensor('float32', input, [1, 3, 112, 112]);
		const { output } = await session.run({ input: tensor });
		if (!(output?.data instanceof Float32Array)) throw new Error('onnxruntime gave no vector.');
		const expected = unit(Array.from(output.data));
		const actual = unit(batch[n] ?? []);
		const difference = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? 9))));
		expect(difference).toBeLessThan(1e-5);
	}
});

test('lets two people who swap places between two frames keep their ids', async () => {
	await page.evaluate(() => window.harness.start('door'));
	const ann = { photo: sample(1), from: { x: 1330, y: 130, width: 450, height: 450 } };
	const ben = { photo: sample(6), from: { x: 1000, y: 240, width: 450, height: 450 } };
	const left = { x: 60, y: 120, width: 450, height: 450 };
	const right = { x: 690, y: 120, width: 450, height: 450 };
	const byPlace = (result: SeenFrame | null) => {
		const faces = [...(result?.faces ?? [])].sort((a, b) => a.box.x - b.box.x);
		expect(faces).toHaveLength(2);
		return faces;
	};
	let before: SeenFace[] = [];
	for (let i = 0; i < 4; i++) {
		before = byPlace(
			await frame(
				[
					{ ...ann, to: left },
					{ ...ben, to: right },
				],
				1000 + i * 250,
			),
		);
	}
	const names = before.map(({ trackId }) => trackId);
	await page.evaluate((ids) => window.harness.client.markDecided(ids, true), names);
	// Decided faces are not due for another two seconds: it is the exchange itself that must be seen.
	const after = byPlace(
		await frame(
			[
				{ ...ben, to: left },
				{ ...ann, to: right },
			],
			2066,
		),
	);
	expect(after.map(({ trackId }) => trackId)).toEqual([names[1], names[0]]);
	expect(after.every(({ vector }) => vector !== null)).toBe(true);
	// And a face that stays costs nothing more.
	const quiet = byPlace(
		await frame(
			[
				{ ...ben, to: left },
				{ ...ann, to: right },
			],
			2132,
		),
	);
	expect(quiet.map(({ vector }) => vector)).toEqual([null, null]);
	expect(quiet.map(({ quality }) => quality)).toEqual([null, null]);
});

test('finds in a classroom, within a round of tiles, faces that are too small for a door', async () => {
	// Four people in a fifth of the picture's width: faces of about 25 px.
	const far = {
		photo: sample(6),
		from: { x: 0, y: 0, width: 1920, height: 1537 },
		to: { x: 1180, y: 560, width: 320, height: 256 },
	};
	const seenIn = async (mode: 'door' | 'classroom') => {
		await page.evaluate((m) => window.harness.start(m), mode);
		let seenLast: SeenFrame | null = null;
		for (let i = 0; i < 10; i++) {
			seenLast = await frame([far], 1000 + i * 100, 1600, 900);
		}
		return seenLast?.faces.length ?? 0;
	};
	expect(await seenIn('door')).toBeLessThan(4);
	expect(await seenIn('classroom')).toBe(4);
});

test('sees the largest face alone during enrolment, judged in every frame', async () => {
	await page.evaluate(() => window.harness.start('enrolment'));
	for (let i = 0; i < 3; i++) {
		const result = await photo(1, 1000 + i * 66);
		expect(result?.faces).toHaveLength(1);
		expect(result?.faces[0]?.vector).toHaveLength(512);
		expect(result?.faces[0]?.quality?.refusal).toBeNull();
	}
});

test('gives the landmarks of the largest face in every frame of a check-in, and few vectors', async () => {
	await page.evaluate(() => window.harness.start('check-in'));
	let vectors = 0;
	for (let i = 0; i < 6; i++) {
		const result = await photo(1, 1000 + i * 100);
		expect(result?.faces).toHaveLength(1);
		const [face] = result?.faces ?? [];
		expect(face?.landmarks).toHaveLength(62);
		// The first is the outer corner of the right eye, which lies in the upper left of the face.
		const [x = 0, y = 0] = face?.landmarks ?? [];
		expect((x - (face?.box.x ?? 0)) / (face?.box.width ?? 1)).toBeLessThan(0.5);
		expect((y - (face?.box.y ?? 0)) / (face?.box.height ?? 1)).toBeLessThan(0.6);
		if (face?.vector) vectors++;
	}
	expect(vectors).toBe(3);
});

test('measures the main face of each photo by itself, whatever was shown before', async () => {
	await page.evaluate(() => window.harness.start('photo'));
	const first = await photo(1, 1000);
	const other = await photo(6, 1001);
	const again = await photo(1, 1002);
	for (const result of [first, other, again]) expect(result?.faces).toHaveLength(1);
	expect(again?.faces[0]?.vector).toEqual(first?.faces[0]?.vector);
	expect(again?.faces[0]?.trackId).not.toBe(first?.faces[0]?.trackId);
	expect(cosine(first?.faces[0]?.vector, other?.faces[0]?.vector)).toBeLessThan(0.4);
	// A dark photo is searched with more than one exposure, and an empty one ends with nobody.
	expect((await frame([], 1003))?.faces).toEqual([]);
});

test('drops and closes a frame while another is in flight', async () => {
	const answer = await page.evaluate((url) => window.harness.twoAtOnce(url), sample(1));
	expect(answer).toEqual({ first: true, second: false, closed: true });
});

test('leaks no tensor from frame to frame', async () => {
	const counts = await page.evaluate((url) => window.harness.tensorsOver(url, 6), sample(5));
	expect(new Set(counts).size).toBe(1);
});

test('restarts a worker that dies, with new ids, and gives up after three deaths in a row', async () => {
	await page.evaluate(() => window.harness.start('door'));
	const first = await photo(1, 1000);
	const worker = page.workers().at(-1);
	await worker?.evaluate(() => {
		setTimeout(() => {
			throw new Error('killed by the test');
		});
	});
	await expect
		.poll(() => page.evaluate(() => window.harness.states.map(({ status }) => status).join()))
		.toMatch(/restarting.*ready$/);
	const second = await photo(1, 1300);
	const oldIds = new Set(first?.faces.map(({ trackId }) => trackId));
	expect(second?.faces).toHaveLength(3);
	expect(second?.faces.some(({ trackId }) => oldIds.has(trackId))).toBe(false);

	const failure = page.evaluate(() =>
		window.harness.start('door', { detectorUrl: '/models/missing/model.json' }).then(
			() => 'started',
			(error: unknown) => String(error),
		),
	);
	expect(await failure).not.toBe('started');
	const states = await page.evaluate(() => window.harness.states.map(({ status }) => status));
	expect(states.filter((status) => status === 'restarting')).toHaveLength(2);
	expect(states.at(-1)).toBe('failed');
	expect(await photo(1, 2000)).toBeNull();
});
