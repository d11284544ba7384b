/**
 * Every IANA time zone that this runtime knows, and `current` even if it is not among them (browsers
 * and servers differ in which of two names of a zone they list).
 */
export function timeZoneOptions(current: string): { value: string; label: string }[] {
	const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), current]);
	return [...zones].sort().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
}
