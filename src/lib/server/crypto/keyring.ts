import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Config } from '../config';
import { StartupError } from '../errors';

/** AES-256. */
const KEY_BYTES = 32;

/** The keys that references are sealed with: new ones by `current`, old ones by the id in their row. */
export interface Keyring {
	readonly currentId: string;
	/** Key id → 32 bytes. */
	readonly keys: ReadonlyMap<string, Uint8Array>;
}

const KeySchema = v.pipe(
	v.string(),
	v.base64(),
	v.transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
	v.check((key) => key.length === KEY_BYTES),
);
const KeyFileSchema = v.pipe(
	v.object({ current: v.string(), keys: v.record(v.string(), KeySchema) }),
	v.check((file) => file.current in file.keys),
);
type KeyFile = v.InferOutput<typeof KeyFileSchema>;

/**
 * The installation's keys. FACETRACK_KEY, where given, seals from now on, and the key file's keys
 * still open what they sealed, so that moving to FACETRACK_KEY loses nothing. Without it the key
 * file is made at the first start, readable by its owner alone.
 *
 * @throws StartupError when the key file cannot be read, written or understood.
 */
export async function loadKeyring(
	config: Pick<Config, 'dataDir' | 'encryptionKey'>,
): Promise<Keyring> {
	const path = join(config.dataDir, 'keys.json');
	const file = await readKeyFile(path);
	if (config.encryptionKey !== null) {
		const id = keyId(config.encryptionKey);
		return {
			currentId: id,
			keys: new Map([...Object.entries(file?.keys ?? {}), [id, config.encryptionKey]]),
		};
	}
	const { current, keys } = file ?? (await makeKeyFile(path, config.dataDir));
	return { currentId: current, keys: new Map(Object.entries(keys)) };
}

/** Tells keys apart without telling anything about them: 8 hex digits of SHA-256. */
function keyId(key: Uint8Array): string {
	return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

async function readKeyFile(path: string): Promise<KeyFile | null> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (cause) {
		if (errorCode(cause) === 'ENOENT') return null;
		throw new StartupError(`The key file ${path} cannot be read (${errorCode(cause)}).`, { cause });
	}
	// A restored backup may have lost the file's mode.
	await chmod(path, 0o600).catch(() => undefined);
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), KeyFileSchema), text);
	if (!parsed.success) {
		throw new StartupError(
			`The key file ${path} is damaged: put it back from a backup, or delete it and enrol everybody again.`,
		);
	}
	return parsed.output;
}

async function makeKeyFile(path: string, dataDir: string): Promise<KeyFile> {
	const key = Uint8Array.from(randomBytes(KEY_BYTES));
	const id = keyId(key);
	const content = { current: id, keys: { [id]: Buffer.from(key).toString('base64') } };
	try {
		await mkdir(dataDir, { recursive: true });
		const handle = await open(path, 'wx', 0o600);
		try {
			await handle.writeFile(`${JSON.stringify(content, null, '\t')}\n`);
			// A key that a power cut loses takes every enrolment with it.
			await handle.sync();
		} finally {
			await handle.close();
		}
	} catch (cause) {
		throw new StartupError(`The key file ${path} cannot be written (${errorCode(cause)}).`, {
			cause,
		});
	}
	return { current: id, keys: { [id]: key } };
}

function errorCode(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
