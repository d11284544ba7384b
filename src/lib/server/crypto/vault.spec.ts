// Protects the references at rest: what is sealed opens only with its own key and in its own row,
// and the key file is the owner's alone and is never remade over an existing one.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeVectors } from '$lib/contract/sightings';
import { StartupError } from '../errors';
import { loadKeyring } from './keyring';
import { createVault, VaultError } from './vault';

const vector = new Float32Array(512).fill(1 / Math.sqrt(512));
const context = {
	referenceId: 'reference-1',
	studentId: 'student-1',
	modelId: 'model-1',
	pipelineVersion: '1',
};
const keyOf = (byte: number) => new Uint8Array(32).fill(byte);
const ring = (byte: number, id = 'a') => ({ currentId: id, keys: new Map([[id, keyOf(byte)]]) });

describe('vault', () => {
	const vault = createVault(ring(1));

	it('opens what it sealed', () => {
		expect(vault.open(vault.seal(vector, context), context)).toEqual(vector);
	});

	it('stores nothing readable, and never the same bytes twice', () => {
		const [one, two] = [vault.seal(vector, context), vault.seal(vector, context)];
		const plain = Buffer.from(encodeVectors([vector]));
		expect(one.ciphertext.includes(plain.subarray(0, 16))).toBe(false);
		expect(one.nonce.equals(two.nonce)).toBe(false);
		expect(one.ciphertext.equals(two.ciphertext)).toBe(false);
	});

	it.each(['referenceId', 'studentId', 'modelId', 'pipelineVersion'] as const)(
		'does not open with another %s',
		(field) => {
			const sealed = vault.seal(vector, context);
			expect(() => vault.open(sealed, { ...context, [field]: 'other' })).toThrow(VaultError);
		},
	);

	it('does not open with a wrong key, a missing key or a changed byte, and names the reference', () => {
		const sealed = vault.seal(vector, context);
		const changed = { ...sealed, ciphertext: Buffer.from(sealed.ciphertext) };
		changed.ciphertext[0] = (changed.ciphertext[0] ?? 0) ^ 1;
		const cut = { ...sealed, ciphertext: sealed.ciphertext.subarray(0, 8) };
		for (const attempt of [
			() => createVault(ring(2)).open(sealed, context),
			() => createVault(ring(1, 'b')).open(sealed, context),
			() => vault.open(changed, context),
			() => vault.open(cut, context),
		]) {
			expect(attempt).toThrow(VaultError);
			expect(attempt).toThrow('reference-1');
		}
	});

	it('opens what an older key of the ring sealed', () => {
		const old = createVault(ring(1, 'old')).seal(vector, context);
		const rotated = createVault({
			currentId: 'new',
			keys: new Map([
				['old', keyOf(1)],
				['new', keyOf(2)],
			]),
		});
		expect(rotated.open(old, context)).toEqual(vector);
		expect(rotated.seal(vector, context).keyId).toBe('new');
	});
});

describe('loadKeyring', () => {
	let dataDir: string;
	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'facetrack-keys-'));
	});
	afterEach(() => rm(dataDir, { recursive: true }));

	it('makes a key file for the owner alone, and reads the same one again', async () => {
		const first = await loadKeyring({ dataDir, encryptionKey: null });
		const second = await loadKeyring({ dataDir, encryptionKey: null });
		expect(second).toEqual(first);
		expect((await stat(join(dataDir, 'keys.json'))).mode & 0o777).toBe(0o600);
	});

	it('seals with FACETRACK_KEY where given, and still opens what the file’s key sealed', async () => {
		const before = createVault(await loadKeyring({ dataDir, encryptionKey: null }));
		const sealed = before.seal(vector, context);
		const keyring = await loadKeyring({ dataDir, encryptionKey: keyOf(9) });
		expect(keyring.keys.get(keyring.currentId)).toEqual(keyOf(9));
		expect(createVault(keyring).open(sealed, context)).toEqual(vector);
	});

	it('refuses a damaged key file rather than making a new key over it', async () => {
		const path = join(dataDir, 'keys.json');
		await writeFile(path, '{"current":"x","keys":{}}');
		await expect(loadKeyring({ dataDir, encryptionKey: null })).rejects.toThrow(StartupError);
		expect(await readFile(path, 'utf8')).toBe('{"current":"x","keys":{}}');
	});
});
