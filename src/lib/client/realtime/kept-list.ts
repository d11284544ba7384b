import * as v from 'valibot';

/**
 * Keeps a list on this device, so that it survives a reload; an empty one leaves nothing behind.
 * Storage can be blocked or full: then the list lives as long as the page does.
 */
export function keepList(key: string, items: readonly unknown[]): void {
	try {
		if (items.length === 0) localStorage.removeItem(key);
		else localStorage.setItem(key, JSON.stringify(items));
	} catch {
		// Nothing is lost that the page still holds.
	}
}

/** @returns what an earlier page of this device kept; empty where that cannot be read or is of another shape */
export function recallList<T>(key: string, schema: v.GenericSchema<unknown, T[]>): T[] {
	try {
		const kept = v.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? '[]'));
		return kept.success ? kept.output : [];
	} catch {
		return [];
	}
}
