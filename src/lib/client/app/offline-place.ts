/** What the page for being offline speaks about. */
export type OfflinePlace = 'anywhere' | 'rollCall' | 'checkIn';

/** @param pathname of the page that cannot be reached */
export function offlinePlace(pathname: string): OfflinePlace {
	if (/^\/roll-calls\/[^/]+$/.test(pathname)) return 'rollCall';
	return pathname === '/check-in' ? 'checkIn' : 'anywhere';
}
