/**
 * Why there is no picture, in the terms of what a person can do about it: allow it (`denied`), plug
 * one in (`missing`, `unplugged`), close the other app (`busy`), open the secure address (`insecure`),
 * take another browser (`unsupported`).
 */
export type CameraProblem =
	'denied' | 'missing' | 'busy' | 'insecure' | 'unsupported' | 'unplugged';

/**
 * What a rejected `getUserMedia` means.
 * @param name of the DOMException (Media Capture and Streams, section 10.2 "getUserMedia").
 */
export function problemOfError(name: string): CameraProblem {
	switch (name) {
		case 'NotAllowedError':
		case 'SecurityError':
			return 'denied';
		case 'NotFoundError':
		case 'OverconstrainedError':
			return 'missing';
		default:
			// NotReadableError and AbortError: the device is there, the system does not hand it out.
			return 'busy';
	}
}

/** What stands in the way before a camera is even asked for, or null. */
export function problemOfPlace(place: {
	isSecureContext: boolean;
	hasMediaDevices: boolean;
}): CameraProblem | null {
	// Browsers hide `mediaDevices` on plain HTTP, so the order of these two matters.
	if (!place.isSecureContext) return 'insecure';
	return place.hasMediaDevices ? null : 'unsupported';
}

export type Facing = 'front' | 'back';

/** A camera that faces nobody in particular (a webcam) is shown mirrored like a front camera. */
export function isMirrored(facingMode: string | undefined): boolean {
	return facingMode !== 'environment';
}

/** The camera after the one in use, going round; null when there is no other. */
export function nextCamera(deviceIds: readonly string[], current: string | null): string | null {
	if (deviceIds.length < 2) return null;
	const place = current === null ? -1 : deviceIds.indexOf(current);
	return deviceIds[(place + 1) % deviceIds.length] ?? null;
}
