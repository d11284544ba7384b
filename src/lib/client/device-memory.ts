/** What a device remembers about itself: its camera, its place, its looks. Storage can be blocked. */

/** @returns what was kept under a key; null where there is nothing, or nothing can be kept */
export function recall(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

/** Keeps a value on this device; where the browser does not let us, it lasts as long as the page. */
export function keep(key: string, value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch {
		// Then it is asked or found out anew.
	}
}
