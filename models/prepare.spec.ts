// Protects the supply of models: only files with the hash that the manifest names are ever served, a
// failure leaves nothing half-written, and a start with everything in place costs no work.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { ModelIndexSchema } from '../src/lib/contract/models';
import manifest from './manifest.json' with { type: 'json' };
import { readTarFile } from './convert/tar.js';
import { ModelError, prepareModels, verifyModels } from './prepare.js';

const [detector] = manifest.groups.filter(({ id }) => id === 'detector');

/** A manifest whose files are all installed, so that no test needs the network. */
function localManifest(change: (sha256: string) => string = (sha256) => sha256) {
	const groups = ['embedder', 'detector', 'mesh', 'wasm'].map((id) => ({
		id,
		files: detector?.files.map((file) => ({ ...file, sha256: change(file.sha256) })) ?? [],
	}));
	return JSON.stringify({ groups });
}

describe('prepareModels', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'facetrack-prepare-'));
		await writeFile(join(folder, 'manifest.json'), localManifest());
	});
	afterEach(async () => {
		await rm(folder, { recursive: true, force: true });
	});

	it('writes verified files below a folder named after their content, and an index', async () => {
		expect(await prepareModels({ folder })).toBe(true);
		const text = await readFile(join(folder, 'prepared/index.json'), 'utf8');
		const schema = v.object({ detector: ModelIndexSchema.entries.detector });
		const index = v.parse(schema, JSON.parse(text));
		const [, name] = /^\/models\/([0-9a-f]{16})\/model\.json$/.exec(index.detector.url) ?? [];
		const weights = await readFile(join(folder, 'prepared', name ?? '', 'blazeface.bin'));
		const hash = createHash('sha256').update(weights).digest('hex');
		expect(detector?.files.map((file) => file.sha256)).toContain(hash);
		expect(await verifyModels(folder)).toBeGreaterThan(0);
	});

	it('does nothing when everything is in place, and mends what is missing', async () => {
		await prepareModels({ folder });
		const index = join(folder, 'prepared/index.json');
		const before = (await stat(index)).mtimeMs;
		expect(await prepareModels({ folder })).toBe(false);
		expect((await stat(index)).mtimeMs).toBe(before);

		const groups = await readdir(join(folder, 'prepared'), { withFileTypes: true });
		const group = groups.find((entry) => entry.isDirectory())?.name ?? '';
		await rm(join(folder, 'prepared', group, 'blazeface.bin'));
		expect(await prepareModels({ folder })).toBe(true);
		expect(existsSync(join(folder, 'prepared', group, 'blazeface.bin'))).toBe(true);
	});

	it('refuses a file with another hash, in one sentence, and writes nothing', async () => {
		const wrong = localManifest((sha256) => sha256.replace(/^./, (c) => (c === '0' ? '1' : '0')));
		await writeFile(join(folder, 'manifest.json'), wrong);
		const refusal = prepareModels({ folder });
		await expect(refusal).rejects.toThrow(ModelError);
		await expect(refusal).rejects.toThrow(/blazeface.*another hash/);
		expect(existsSync(join(folder, 'prepared'))).toBe(false);
	});

	it('says which prepared file was damaged', async () => {
		await prepareModels({ folder });
		const groups = await readdir(join(folder, 'prepared'), { withFileTypes: true });
		const group = groups.find((entry) => entry.isDirectory())?.name ?? '';
		const file = join(folder, 'prepared', group, 'blazeface.bin');
		const content = await readFile(file);
		content[1000] = (content[1000] ?? 0) ^ 1;
		await writeFile(file, content);
		await expect(verifyModels(folder)).rejects.toThrow(/blazeface\.bin is damaged/);
	});
});

describe('readTarFile', () => {
	it('reads a file out of a package archive, and nothing where there is none', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'facetrack-tar-'));
		try {
			await writeFile(join(folder, 'a.bin'), Buffer.alloc(700, 7));
			await writeFile(join(folder, 'b.txt'), 'second');
			const archive = join(folder, 'x.tgz');
			execFileSync('tar', ['czf', archive, '--format=ustar', '-C', folder, 'a.bin', 'b.txt']);
			const content = await readFile(archive);
			expect(Buffer.from(readTarFile(content, 'b.txt') ?? []).toString()).toBe('second');
			expect(readTarFile(content, 'a.bin')).toHaveLength(700);
			expect(readTarFile(content, 'c.bin')).toBeUndefined();
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
});
