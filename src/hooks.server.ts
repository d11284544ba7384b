import type { Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { messages } from '$lib/messages';
import {
	clearSessionCookie,
	readSessionCookie,
	writeSessionCookie,
} from '$lib/server/auth/sessions';
import { loadConfig, type Config } from '$lib/server/config';
import { createContainer, type Container } from '$lib/server/container';
import { createDatabase, type DatabaseClient } from '$lib/server/db/client';
import { startEmbeddedPostgres } from '$lib/server/db/embedded';
import { migrateToLatest } from '$lib/server/db/migrate';
import { AppError, errorId } from '$lib/server/errors';
import { createLog, type Log } from '$lib/server/log';
import { readModelIndex } from '$lib/server/models';
import { attachRealtime } from '$lib/server/realtime/attach';
import { takeServerSlot, type ServerSlot } from '$lib/server/slot';

interface Application {
	readonly log: Log;
	readonly container: Container;
	/** Harmless when called again. */
	readonly dispose: () => Promise<void>;
}

// In development an edit loads this module anew, beside the one that still runs: the new one has to
// find the old one to end it.
const RUNNING = Symbol.for('facetrack.application');
let application: Application | undefined;

export const init: ServerInit = async () => {
	const slot = takeServerSlot();
	const config = loadConfig(env);
	const log = createLog(config.logLevel);
	application = await start(slot, config, log);
	slot.onShutdown(application.dispose);
};

async function start(slot: ServerSlot, config: Config, log: Log): Promise<Application> {
	const undo: (() => Promise<void>)[] = [];
	const dispose = async () => {
		for (let step = undo.pop(); step; step = undo.pop()) await step();
	};
	try {
		// Opened before the old application lets go of it, so that an embedded one runs on.
		const database = await openDatabase(config, log, undo);
		await replaceRunning(dispose);
		await migrateToLatest(database.db);
		const models = await readModelIndex();
		const sites = () => (config.origin === null ? slot.namedAddresses() : [config.origin]);
		const container = await createContainer({ config, log, database, models, sites });
		undo.push(() => container.dispose());
		const realtime = attachRealtime(slot.httpServer, container);
		undo.push(() => realtime.dispose());
		await announceFirstAdmin(slot, config, container);
		return { log, container, dispose };
	} catch (error) {
		await dispose();
		throw error;
	}
}

async function openDatabase(
	config: Config,
	log: Log,
	undo: (() => Promise<void>)[],
): Promise<DatabaseClient> {
	let url = config.databaseUrl;
	if (url === null) {
		const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
		undo.push(() => embedded.stop());
		({ url } = embedded);
	}
	const database = createDatabase(url);
	undo.push(() => database.close());
	return database;
}

async function replaceRunning(dispose: Application['dispose']): Promise<void> {
	const previous: unknown = Reflect.get(globalThis, RUNNING);
	Reflect.set(globalThis, RUNNING, dispose);
	if (isDispose(previous)) await previous();
}

/** Whatever stands under our own symbol was put there by this module, in an earlier load. */
const isDispose = (value: unknown): value is Application['dispose'] => typeof value === 'function';

/** While the school has no admin, whoever started the server may become it: the terminal says how. */
async function announceFirstAdmin(
	slot: ServerSlot,
	config: Config,
	{ accounts }: Container,
): Promise<void> {
	const token = await accounts.ensureAdminInvitation();
	if (token === null) return;
	const { httpServer } = slot;
	const announceLink = () => {
		const origin = config.origin ?? slot.address();
		slot.announce(messages.terminal.firstAdmin(`${origin}/invitation/${token}`));
	};
	// The port is known once the server listens; port 0 is any.
	if (httpServer.listening) announceLink();
	else httpServer.once('listening', announceLink);
}

/**
 * On every answer. Not `no-referrer`: with it browsers send `Origin: null` with a form, and the
 * cross-site check would refuse every form that works without JavaScript. `no-store`, because on a
 * shared tablet the Back button must not show the last person's pages after they signed out.
 */
const SECURITY_HEADERS = {
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'referrer-policy': 'same-origin',
	'permissions-policy': 'camera=(self), microphone=(), geolocation=(), display-capture=()',
} as const;
const NO_FRAMES = "frame-ancestors 'none'";

export const handle: Handle = async ({ event, resolve }) => {
	if (application === undefined) throw new Error('a request came before the application started');
	const startedAt = performance.now();
	event.locals.container = application.container;
	await recogniseActor(event, application.container);
	const response = await resolve(event);
	const { headers } = response;
	for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
	// Pages have a whole policy from svelte.config.js; this is for everything else.
	if (!headers.has('content-security-policy')) headers.set('content-security-policy', NO_FRAMES);
	if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
	// The route's pattern, not the path: invitation and display links are secrets.
	application.log.info({
		method: event.request.method,
		route: event.route.id,
		status: response.status,
		ms: Math.round(performance.now() - startedAt),
		user: event.locals.actor?.id,
	});
	return response;
};

async function recogniseActor(event: RequestEvent, { sessions }: Container): Promise<void> {
	event.locals.actor = null;
	event.locals.sessionId = null;
	const token = readSessionCookie(event);
	if (token === null) return;
	const session = await sessions.validate(token);
	if (session === null) {
		clearSessionCookie(event);
		return;
	}
	if (session.renewed) writeSessionCookie(event, session.renewed);
	event.locals.actor = session.user;
	event.locals.sessionId = session.id;
}

export const handleError: HandleServerError = ({ error, event, status }) => {
	if (status === 404) return { message: messages.errors['not-found'] };
	const id = errorId();
	const { method } = event.request;
	const entry = { errorId: id, method, route: event.route.id, err: error };
	if (application) application.log.error(entry, 'a request failed');
	else console.error(entry);
	// A refusal that a route forgot to answer is still kinder than nothing.
	const message = error instanceof AppError ? error.message : messages.errors.internal;
	return { message, errorId: id };
};
