/** Where the camera stands: people come near it one after another, or sit in rows before it. */
export type CameraPlace = 'door' | 'classroom';

const PLACES: readonly CameraPlace[] = ['door', 'classroom'];
const KEY = 'facetrack-camera-place';

/** @returns where this device's camera stood last; at the door, where nothing was said. */
export function savedPlace(): CameraPlace {
	try {
		const saved = localStorage.getItem(KEY);
		return PLACES.find((place) => place === saved) ?? 'door';
	} catch {
		// Storage can be blocked.
		return 'door';
	}
}

/** Remembers it on this device, where the browser lets us. */
export function savePlace(place: CameraPlace): void {
	try {
		localStorage.setItem(KEY, place);
	} catch {
		// Then it holds as long as the page.
	}
}
