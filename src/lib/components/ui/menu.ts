import type { LucideIcon } from '@lucide/svelte';

export interface MenuEntry {
	label: string;
	icon?: LucideIcon;
	/** Whether it is the one that holds now, where the entries are choices. */
	chosen?: boolean;
	danger?: boolean;
	onselect: () => void;
}
