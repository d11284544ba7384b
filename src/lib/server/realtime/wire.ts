import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '$lib/contract/events';
import type { Sessions } from '../auth/sessions';
import type { Container } from '../container';

/** What realtime needs of the server. */
export type RealtimeDeps = Pick<
	Container,
	| 'config'
	| 'log'
	| 'mayDo'
	| 'accounts'
	| 'rollCalls'
	| 'displays'
	| 'recognition'
	| 'explanations'
	| 'enrolment'
	| 'ownEnrolment'
	| 'checkIns'
	| 'devices'
	| 'passkeys'
	| 'rosterChanges'
> & { sessions: Pick<Sessions, 'validateCookieHeader' | 'stillValid'> };

export type Actor = NonNullable<Parameters<Container['mayDo']>[0]>;
export type Operation = Parameters<Container['mayDo']>[1];

/** Who is at the other end: a person with a session, or a display with its token. */
export type Viewer =
	| { kind: 'person'; actor: Actor; sessionId: string }
	| { kind: 'display'; displayToken: string; rollCallId: string };

export interface SocketData {
	viewer: Viewer;
	/** Roll calls whose changes it gets as one who teaches them. */
	following: Set<string>;
}

export type RealtimeServer = Server<
	ClientToServerEvents,
	ServerToClientEvents,
	DefaultEventsMap,
	SocketData
>;
export type RealtimeSocket = Socket<
	ClientToServerEvents,
	ServerToClientEvents,
	DefaultEventsMap,
	SocketData
>;

/** Rooms by what their sockets may see. */
export const rooms = {
	staff: (rollCallId: string) => `roll-call:${rollCallId}:staff`,
	display: (rollCallId: string) => `roll-call:${rollCallId}:display`,
	user: (userId: string) => `user:${userId}`,
	session: (sessionId: string) => `session:${sessionId}`,
};

/**
 * Whether a handshake comes from a page of this server. Browsers send cookies with a socket that
 * another site opens, and the same-origin policy does not hold for WebSockets; they always name the
 * page's origin then. A request without one does not come from another site's page. Where we are
 * reached encrypted, a page of the same name that is not could be anybody's on the same network.
 *
 * @param origin ORIGIN of the configuration; null: as the Host header says
 */
export function isOwnOrigin(
	{ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
	{ origin, trustProxy }: { origin: string | null; trustProxy: boolean },
): boolean {
	const given = headers.origin;
	if (given === undefined) return true;
	if (!URL.canParse(given)) return false;
	if (origin !== null && given === origin) return true;
	const reached = reachedBy({ headers, socket }, trustProxy);
	const { host: givenHost, protocol } = new URL(given);
	return givenHost === reached.host && (protocol === 'https:' || !reached.encrypted);
}

/**
 * The origin of the page that opened a socket: as the browser says; where it says none, which it need
 * not for a request to its own server, by the configuration or by how the request reached us. It helps
 * to say early where passkeys work: what a passkey signs names the origin itself.
 *
 * @param config see {@link isOwnOrigin}
 */
export function pageOrigin(
	request: Pick<IncomingMessage, 'headers' | 'socket'>,
	{ origin, trustProxy }: { origin: string | null; trustProxy: boolean },
): string {
	const given = request.headers.origin;
	if (given !== undefined) return given;
	if (origin !== null) return origin;
	const { host = 'localhost', encrypted } = reachedBy(request, trustProxy);
	return `${encrypted ? 'https' : 'http'}://${host}`;
}

function reachedBy(
	{ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
	trustProxy: boolean,
): { host: string | undefined; encrypted: boolean } {
	const forwarded = (name: string) => (trustProxy ? headers[name] : undefined);
	const forwardedHost = forwarded('x-forwarded-host');
	return {
		host: typeof forwardedHost === 'string' ? forwardedHost : headers.host,
		encrypted: socket instanceof TLSSocket || forwarded('x-forwarded-proto') === 'https',
	};
}
