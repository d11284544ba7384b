import type { MarkStatus } from '$lib/contract/terms';

/** A key as the browser reports it. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

export type Step = 'next' | 'previous' | 'first' | 'last';

/** What a key means on a row of the roster; null takes the mark back. */
export type RowKey =
	{ kind: 'go'; step: Step } | { kind: 'mark'; status: MarkStatus | null } | { kind: 'open' };

/** What a key means anywhere on the page. */
export type PageKey = 'search' | 'rest' | 'undo' | 'help';

const STEPS: ReadonlyMap<string, Step> = new Map([
	['ArrowDown', 'next'],
	['ArrowUp', 'previous'],
	['Home', 'first'],
	['End', 'last'],
]);

const PAGE_KEYS: ReadonlyMap<string, PageKey> = new Map([
	['/', 'search'],
	['*', 'rest'],
	['?', 'help'],
]);

/**
 * @param letters the school's letter of each status; compared without case
 * @returns what the key does on a focused row; null leaves it to the browser
 */
export function rowKey(
	press: KeyPress,
	letters: readonly (readonly [MarkStatus, string])[],
): RowKey | null {
	const { key, ctrlKey, metaKey, altKey } = press;
	if (ctrlKey || metaKey || altKey) return null;
	const step = STEPS.get(key);
	if (step !== undefined) return { kind: 'go', step };
	if (key === 'Enter') return { kind: 'open' };
	if (key === 'Backspace' || key === 'Delete') return { kind: 'mark', status: null };
	const named = letters.find(([, letter]) => sameLetter(letter, key));
	return named === undefined ? null : { kind: 'mark', status: named[0] };
}

/** @returns what the key does wherever nobody types; null leaves it to the browser */
export function pageKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): PageKey | null {
	if (ctrlKey || metaKey) return sameLetter(key, 'z') && !altKey && !shiftKey ? 'undo' : null;
	return altKey ? null : (PAGE_KEYS.get(key) ?? null);
}

/** The row that a step leads to; the ends hold. Null where there is none. */
export function stepFrom(ids: readonly string[], from: string, step: Step): string | null {
	const last = ids.length - 1;
	const here = ids.indexOf(from);
	const places = {
		first: 0,
		previous: Math.max(0, here - 1),
		next: Math.min(last, here + 1),
		last,
	};
	return ids[places[step]] ?? null;
}

function sameLetter(a: string, b: string): boolean {
	return a.toLocaleLowerCase() === b.toLocaleLowerCase();
}
