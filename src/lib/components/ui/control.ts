/** What every control that one types or chooses in looks like. 16 px text keeps phones from zooming. */
export const controlClass = [
	'min-h-11 w-full rounded-xl border border-edge bg-surface px-3 py-2 text-base text-ink',
	'placeholder:text-soft aria-invalid:border-2 aria-invalid:border-danger',
].join(' ');
