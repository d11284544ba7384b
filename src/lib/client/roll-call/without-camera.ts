import { keep, recall } from '../device-memory';

const KEY = 'facetrack-without-camera';

/** @returns whether this device takes roll calls by hand only */
export function savedWithoutCamera(): boolean {
	return recall(KEY) === 'yes';
}

/** Remembers it on this device. */
export function saveWithoutCamera(without: boolean): void {
	keep(KEY, without ? 'yes' : 'no');
}
