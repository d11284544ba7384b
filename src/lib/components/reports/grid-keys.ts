import type { Attachment } from 'svelte/attachments';

interface Place {
	row: number;
	column: number;
}

/** Where a key leads in a grid; null for a key that leads nowhere. */
export function moveInGrid(
	{ row, column }: Place,
	key: string,
	{ rows, columns }: { rows: number; columns: number },
): Place | null {
	const within = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
	switch (key) {
		case 'ArrowLeft':
			return { row, column: within(column - 1, columns) };
		case 'ArrowRight':
			return { row, column: within(column + 1, columns) };
		case 'ArrowUp':
			return { row: within(row - 1, rows), column };
		case 'ArrowDown':
			return { row: within(row + 1, rows), column };
		case 'Home':
			return { row, column: 0 };
		case 'End':
			return { row, column: columns - 1 };
		default:
			return null;
	}
}

/**
 * Arrow keys, Home and End over the body of a table with `role="grid"` (WAI-ARIA, "Grid pattern"):
 * one cell, or the link in it, can be reached by Tab, the rest from there.
 */
export const gridKeys: Attachment<HTMLTableElement> = (table) => {
	const body = table.tBodies[0];
	if (body === undefined) return;
	const target = ({ row, column }: Place): HTMLElement | undefined => {
		const cell = body.rows[row]?.cells[column];
		return cell?.querySelector('a') ?? cell;
	};

	const move = (event: KeyboardEvent) => {
		if (event.altKey || event.ctrlKey || event.metaKey) return;
		const cell = event.target instanceof Element ? event.target.closest('td, th') : null;
		const line = cell?.closest('tr');
		if (!(cell instanceof HTMLTableCellElement) || !line || line.parentElement !== body) return;
		const place = { row: line.sectionRowIndex, column: cell.cellIndex };
		// A narrow screen leaves the last columns out.
		const columns = [...line.cells].filter((one) => one.checkVisibility()).length;
		const size = { rows: body.rows.length, columns };
		const next = moveInGrid(place, event.key, size);
		if (next === null) return;
		event.preventDefault();
		target(place)?.setAttribute('tabindex', '-1');
		const reached = target(next);
		reached?.setAttribute('tabindex', '0');
		reached?.focus();
	};
	table.addEventListener('keydown', move);
	return () => table.removeEventListener('keydown', move);
};
