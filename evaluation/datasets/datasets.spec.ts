// Protects the readers of other people's files: each format is understood, and a wrong line is named
// together with what to write instead.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFolders } from './folders';
import { readPairs } from './pairs';
import { readSubjects } from './subjects';

describe('pairs as CSV', () => {
	it('reads a header in any order, quotes, a byte order mark and blank lines', () => {
		const content = '\uFEFFsame,a,b\r\n1,"x, y.jpg",b.jpg\r\n\r\nfalse,c.jpg,d.jpg\r\n';
		expect(readPairs('pairs.csv', content)).toEqual([
			{ a: 'x, y.jpg', b: 'b.jpg', same: true, fold: null },
			{ a: 'c.jpg', b: 'd.jpg', same: false, fold: null },
		]);
	});

	it('does without a header', () => {
		expect(readPairs('pairs.csv', 'a.jpg,b.jpg,0')).toHaveLength(1);
	});

	it.each([
		['a,b,same\na.jpg,b.jpg,maybe\n', 'pairs.csv, line 2: same is maybe; write 1 or 0.'],
		['a,b,same\na.jpg,,1\n', 'pairs.csv, line 2: no b. A line holds a,b,same.'],
		['a,b,same\na.jpg,b.jpg,1\n\na.jpg\n', 'pairs.csv, line 4: no b.'],
		['a,b,same\n"a.jpg,b.jpg,1\n', 'pairs.csv is no CSV:'],
		['a,b,same\n', 'pairs.csv holds no pairs.'],
		['', 'pairs.csv holds no pairs.'],
	])('refuses %j', (content, sentence) => {
		expect(() => readPairs('pairs.csv', content)).toThrow(sentence);
	});
});

describe("LFW's pairs.txt", () => {
	it('reads folds of both kinds of lines', () => {
		const content = '2\t1\nAnn_Lee\t1\t12\nAnn_Lee\t2\tBob\t3\nCy\t1\t2\nCy\t4\tDee\t1\n';
		expect(readPairs('pairs.txt', content)).toEqual([
			{ a: 'Ann_Lee/Ann_Lee_0001.jpg', b: 'Ann_Lee/Ann_Lee_0012.jpg', same: true, fold: 0 },
			{ a: 'Ann_Lee/Ann_Lee_0002.jpg', b: 'Bob/Bob_0003.jpg', same: false, fold: 0 },
			{ a: 'Cy/Cy_0001.jpg', b: 'Cy/Cy_0002.jpg', same: true, fold: 1 },
			{ a: 'Cy/Cy_0004.jpg', b: 'Dee/Dee_0001.jpg', same: false, fold: 1 },
		]);
	});

	it('reads one set without folds', () => {
		const pairs = readPairs('pairs.txt', '1\nAnn 1 2\nAnn 2 Bob 3\n');
		expect(pairs.map(({ fold }) => fold)).toEqual([null, null]);
	});

	it.each([
		['1 1\nAnn 1 2\nAnn one Bob 3\n', 'line 3: write "Name n1 n2" or "Name1 n1 Name2 n2".'],
		['1 1\nAnn 1 2\nAnn 1 Bob 3 4\n', 'line 3: write'],
		['1 2\nAnn 1 2\n', 'announces 4 pairs in its first line and holds 1.'],
	])('refuses %j', (content, sentence) => {
		expect(() => readPairs('pairs.txt', content)).toThrow(sentence);
	});
});

describe('subjects', () => {
	it('gives all pictures to both sets where there is no third column', () => {
		expect(readSubjects('s.csv', 'path,subject\n1.jpg,ann\n2.jpg,bob\n3.jpg,ann\n')).toEqual({
			paths: ['1.jpg', '2.jpg', '3.jpg'],
			subjects: [
				{ name: 'ann', gallery: [0, 2], probes: [0, 2] },
				{ name: 'bob', gallery: [1], probes: [1] },
			],
			hasSets: false,
		});
	});

	it('parts gallery and probes where there is one', () => {
		const { subjects, hasSets } = readSubjects(
			's.csv',
			'path,subject,set\n1.jpg,ann,gallery\n2.jpg,ann,probe\n',
		);
		expect(hasSets).toBe(true);
		expect(subjects).toEqual([{ name: 'ann', gallery: [0], probes: [1] }]);
	});

	it.each([
		['path,subject\n1.jpg\n', 's.csv, line 2: no subject. A line holds path,subject,[set].'],
		['path,subject\n1.jpg,ann\n1.jpg,bob\n', 's.csv, line 3: 1.jpg stands in line 2 already.'],
		[
			'path,subject,set\n1.jpg,ann,probe\n2.jpg,ann,\n',
			'line 3: set is ""; write gallery or probe',
		],
		['path,subject\n', 's.csv holds no pictures.'],
	])('refuses %j', (content, sentence) => {
		expect(() => readSubjects('s.csv', content)).toThrow(sentence);
	});
});

describe('folders of pictures', () => {
	it('takes every folder with pictures for a person, in the order of names', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'facetrack-people-'));
		const files = ['Bo/b.JPG', 'Al/a2.png', 'Al/a1.jpg', 'Al/notes.txt', 'none/readme.md', 'x.jpg'];
		for (const file of files) {
			await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
			await writeFile(path.join(folder, file), '');
		}
		expect(await readFolders(folder)).toEqual({
			paths: ['Al/a1.jpg', 'Al/a2.png', 'Bo/b.JPG'],
			subjects: [
				{ name: 'Al', gallery: [0, 1], probes: [0, 1] },
				{ name: 'Bo', gallery: [2], probes: [2] },
			],
			hasSets: false,
		});
		await rm(path.join(folder, 'Al'), { recursive: true });
		await rm(path.join(folder, 'Bo'), { recursive: true });
		await expect(readFolders(folder)).rejects.toThrow('holds no folders with pictures');
		await rm(folder, { recursive: true });
	});
});
