import type { RegisteredDevice } from '$lib/contract/devices';
import { messages } from '$lib/messages';
import { keep, recall } from '../device-memory';
import { Connection } from '../realtime/connection.svelte';
import { deviceName } from './device-name';
import { openOwnDevice, type OwnDevice } from './own-device';

/** A server that did not take the phone by then is asked at the next visit. */
const PATIENCE_MS = 15_000;

/**
 * Tells the server of this phone; one that it knows stays as it is.
 *
 * @param replaces the student asks for it to take the place of another one; without it only their
 * very first phone is registered
 * @throws RequestError
 */
export async function registerDevice(
	connection: Connection,
	{ id, publicKey }: OwnDevice,
	{ replaces }: { replaces: boolean },
): Promise<RegisteredDevice> {
	const name = deviceName(navigator.userAgent, messages.checkInPage.device.unnamed);
	const device = { id, name, publicKey, replaces };
	return connection.request('checkIn:registerDevice', device);
}

/**
 * Registers this phone for a student who has signed in on it and has no other, so that it can sign
 * when it is needed: a machine that is only borrowed must not push their phone aside. Nobody waits for it, and nobody hears of it: where it fails, the check-in says why.
 */
export async function registerQuietly(studentId: string): Promise<void> {
	const memory = `facetrack.registered.${studentId}`;
	if (recall(memory) !== null) return;
	const connection = new Connection();
	try {
		const device = await openOwnDevice(studentId);
		connection.open();
		await online(connection);
		await registerDevice(connection, device, { replaces: false });
		keep(memory, device.id);
	} catch {
		// No storage, no network, or a server that was busy: the next visit is the next try.
	} finally {
		connection.close();
	}
}

function online(connection: Connection): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error('no connection in time')), PATIENCE_MS);
		connection.onOnline(() => {
			clearTimeout(timer);
			resolve();
		});
	});
}
