/**
 * `main`: the one main action of a page; `plain`: any other; `quiet`: in rows and toolbars, where
 * many stand side by side; `danger`: what takes something away.
 */
export type ButtonVariant = 'main' | 'plain' | 'quiet' | 'danger';

/** `large` is for what is tapped at arm's length, as on a tablet by the door. */
export type ButtonSize = 'normal' | 'large';

const variants: Record<ButtonVariant, string> = {
	main: 'bg-accent text-on-accent hover:bg-accent-strong',
	plain: 'border border-edge bg-surface text-ink hover:bg-sunken',
	quiet: 'text-ink hover:bg-sunken',
	danger: 'border border-danger bg-surface text-danger hover:bg-red-tint',
};

const sizes: Record<ButtonSize, string> = {
	normal: 'min-h-11 px-4 text-base',
	large: 'min-h-14 px-8 text-lg',
};

/** The classes of a button or of a link that looks like one. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize): string {
	return [
		'inline-flex min-w-11 items-center justify-center gap-2 rounded-xl text-center font-medium',
		'transition-colors select-none aria-disabled:cursor-default aria-disabled:opacity-70',
		'disabled:cursor-default disabled:opacity-50',
		variants[variant],
		sizes[size],
	].join(' ');
}
