/** Numbers as the report prints them; a dash where there is nothing to measure. */
const DASH = '–';

/** @param share 0..1 */
export function percent(share: number | null): string {
	return share === null ? DASH : `${(share * 100).toFixed(2)} %`;
}

/** A similarity. */
export function score(value: number | null): string {
	return value === null ? DASH : value.toFixed(3);
}

export function milliseconds(ms: number | null): string {
	return ms === null ? DASH : ms.toFixed(1);
}

export function whole(count: number): string {
	return count.toLocaleString('en');
}

/** A share as the axis or a row names it: 0.003 is `0.3 %`. */
export function shortPercent(share: number): string {
	return `${Number((share * 100).toPrecision(3))} %`;
}
