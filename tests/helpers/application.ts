import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelIndex } from '../../src/lib/contract/models';
import type { Role } from '../../src/lib/contract/terms';
import { loadConfig } from '../../src/lib/server/config';
import { createContainer, type Container } from '../../src/lib/server/container';
import type { Actor } from '../../src/lib/server/domain/access';
import { createLog } from '../../src/lib/server/log';
import { createTestDatabase, type TestDatabase } from './database';
import { ENGINE } from './wire';

/** Never fetched: what counts on the server is which embedder it is. */
export const TEST_MODELS: ModelIndex = {
	embedder: { id: ENGINE.modelId, dimensions: 512, url: '/models/test/model.json' },
	detector: { url: '/models/test/model.json' },
	mesh: { url: '/models/test/model.json' },
	wasm: { url: '/models/test/' },
	bytes: 1,
};

export const PASSWORD = 'correct horse battery';

export interface TestApplication {
	readonly container: Container;
	readonly database: TestDatabase;
	readonly stop: () => Promise<void>;
}

/**
 * The whole server without its http side, on a fresh database of its own.
 * @param origin ORIGIN of the configuration, and where passkeys work
 */
export async function startApplication({
	origin,
}: { origin?: string } = {}): Promise<TestApplication> {
	const database = await createTestDatabase();
	const config = loadConfig({
		DATA_DIR: join(tmpdir(), `facetrack-${randomUUID()}`),
		ORIGIN: origin,
	});
	const sites = () => (origin === undefined ? [] : [origin]);
	const log = createLog('silent');
	const container = await createContainer({
		...{ config, log, database, sites },
		models: TEST_MODELS,
	});
	return {
		container,
		database,
		async stop() {
			await container.dispose();
			await database.drop();
			await rm(config.dataDir, { recursive: true });
		},
	};
}

export interface Account {
	readonly actor: Actor;
	readonly signInName: string;
	/** What the cookie holds. */
	readonly token: string;
}

/** The first admin, by the invitation that the server makes at its start. */
export async function makeFirstAdmin({ container }: TestApplication): Promise<Account> {
	const token = await container.accounts.ensureAdminInvitation();
	if (token === null) throw new Error('there is an admin already');
	return takeUp(container, token, 'Ada Admin');
}

/** Somebody new with an account, invited by an admin. */
export async function makeAccount(
	{ container }: TestApplication,
	admin: Actor,
	role: Role,
	name = `A ${role}`,
): Promise<Account> {
	const { token } = await container.people.invite(admin, role);
	return takeUp(container, token, name);
}

/** The account of a student who is in the school's lists already. */
export async function makeStudentAccount(
	{ container }: TestApplication,
	admin: Actor,
	{ id, name }: { id: string; name: string },
): Promise<Account> {
	const { token } = await container.people.inviteStudent(admin, id);
	return takeUp(container, token, name);
}

async function takeUp(container: Container, token: string, name: string): Promise<Account> {
	const signInName = `user-${randomUUID().slice(0, 8)}`;
	const chosen = { name, signInName, password: PASSWORD };
	const signedIn = await container.accounts.acceptInvitation(token, chosen);
	return { actor: signedIn.user, signInName, token: signedIn.token };
}
