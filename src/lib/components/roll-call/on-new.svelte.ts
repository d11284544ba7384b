import { untrack } from 'svelte';

/**
 * Calls back with each item that was not in a list a moment ago; what is there at the start is not
 * new, and what left and came back is. For use while a component is initialised.
 */
export function onNew<T>(
	list: () => readonly T[],
	keyOf: (item: T) => unknown,
	tell: (item: T) => void,
): void {
	let known = untrack(list).map(keyOf);
	$effect(() => {
		const items = list();
		untrack(() => items.filter((item) => !known.includes(keyOf(item))).forEach(tell));
		known = items.map(keyOf);
	});
}
