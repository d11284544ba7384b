/**
 * Whether somebody is in the middle of a roll call, a check-in or an enrolment, in any tab of this
 * browser: a lock of the Web Locks API that those pages share. A tab that goes away lets go of it.
 */
const LOCK = 'facetrack.busy';

/** @returns the way to say that it ended */
export function keepBusy(): () => void {
	let end = (): void => undefined;
	const ended = new Promise<void>((resolve) => (end = resolve));
	if ('locks' in navigator) void navigator.locks.request(LOCK, { mode: 'shared' }, () => ended);
	return () => end();
}

/** @returns whether anybody is busy now, in any tab */
export async function isAnyoneBusy(): Promise<boolean> {
	if (!('locks' in navigator)) return false;
	const { held = [] } = await navigator.locks.query();
	return held.some(({ name, mode }) => name === LOCK && mode === 'shared');
}

/** @returns when nobody is busy any more, in any tab */
export async function whenNobodyIsBusy(): Promise<void> {
	// Gets its turn when all those who share the lock let go of it, and lets go at once.
	while (await isAnyoneBusy()) await navigator.locks.request(LOCK, () => undefined);
}
