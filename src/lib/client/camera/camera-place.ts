import { keep, recall } from '../device-memory';

/** Where the camera stands: people come near it one after another, or sit in rows before it. */
export type CameraPlace = 'door' | 'classroom';

const PLACES: readonly CameraPlace[] = ['door', 'classroom'];
const KEY = 'facetrack-camera-place';

/** @returns where this device's camera stood last; at the door, where nothing was said. */
export function savedPlace(): CameraPlace {
	const saved = recall(KEY);
	return PLACES.find((place) => place === saved) ?? 'door';
}

/** Remembers it on this device. */
export function savePlace(place: CameraPlace): void {
	keep(KEY, place);
}
