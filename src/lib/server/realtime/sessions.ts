import { AppError } from '../errors';
import { rooms, type RealtimeDeps, type RealtimeServer, type RealtimeSocket } from './wire';

/** A session that ended on another node, or ran out, holds a socket no longer than this. */
const CHECK_EVERY_MS = 2 * 60_000;

/**
 * Ends the sockets of sessions that end: at once for those that end on this node, within minutes
 * for all others. A teacher who no longer teaches a class leaves its roll calls with the same check.
 *
 * @returns how to stop watching.
 */
export function watchSessions(io: RealtimeServer, deps: RealtimeDeps): () => void {
	const unsubscribe = deps.accounts.onSessionsEnded((ended) => {
		const room = 'userId' in ended ? rooms.user(ended.userId) : rooms.session(ended.sessionId);
		io.to(room).emit('session:ended');
		io.in(room).disconnectSockets(true);
	});
	io.on('connection', (socket) => {
		// A timer for each: all at once would hold up the marks of a busy moment.
		const timer = setInterval(() => {
			recheck(deps, socket).catch((error: unknown) => {
				// The database may be away for a moment: the next check sees.
				deps.log.warn({ err: error }, 'a session could not be checked');
			});
		}, CHECK_EVERY_MS);
		timer.unref();
		socket.once('disconnect', () => clearInterval(timer));
	});
	return unsubscribe;
}

async function recheck(
	{ sessions, rollCalls }: RealtimeDeps,
	socket: RealtimeSocket,
): Promise<void> {
	const { viewer, following } = socket.data;
	if (viewer.kind === 'display') return;
	if (!(await sessions.stillValid(viewer.sessionId))) {
		socket.emit('session:ended');
		socket.disconnect(true);
		return;
	}
	for (const rollCallId of following) {
		try {
			await rollCalls.require(viewer.actor, rollCallId);
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			following.delete(rollCallId);
			await socket.leave(rooms.staff(rollCallId));
		}
	}
}
