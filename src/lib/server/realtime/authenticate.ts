import * as v from 'valibot';
import { HandshakeSchema, PROTOCOL_VERSION } from '$lib/contract/events';
import { messages } from '$lib/messages';
import { AppError } from '../errors';
import { HandshakeError, toRefusal } from './refusal';
import type { RealtimeDeps, RealtimeSocket, Viewer } from './wire';

/**
 * The connection middleware: nobody connects without a session or a display's token, nor with a
 * page that speaks another version of the protocol.
 */
export function authenticate(deps: RealtimeDeps) {
	return (socket: RealtimeSocket, next: (error?: Error) => void): void => {
		identify(deps, socket).then(
			(viewer) => {
				socket.data.viewer = viewer;
				socket.data.following = new Set();
				next();
			},
			(error: unknown) =>
				next(new HandshakeError(toRefusal(error, deps.log, { event: 'handshake' }))),
		);
	};
}

/** @throws AppError 'outdated', 'invalid', 'unauthenticated', 'not-found' */
async function identify(
	{ sessions, displays }: RealtimeDeps,
	socket: RealtimeSocket,
): Promise<Viewer> {
	const handshake = v.safeParse(HandshakeSchema, socket.handshake.auth);
	if (!handshake.success) throw new AppError('invalid', messages.errors.invalid);
	const { protocol, displayToken } = handshake.output;
	if (protocol !== PROTOCOL_VERSION) throw new AppError('outdated', messages.errors.outdated);
	if (displayToken !== undefined) {
		const { rollCallId } = await displays.byToken(displayToken);
		return { kind: 'display', displayToken, rollCallId };
	}
	const session = await sessions.validateCookieHeader(socket.handshake.headers.cookie);
	if (session === null) throw new AppError('unauthenticated', messages.errors.unauthenticated);
	return { kind: 'person', actor: session.user, sessionId: session.id };
}
