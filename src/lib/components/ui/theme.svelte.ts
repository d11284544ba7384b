import { keep, recall } from '$lib/client/device-memory';
import { createContext } from 'svelte';

/** `system` follows the device. app.html applies the saved choice before the first paint. */
export type ThemeChoice = 'system' | 'light' | 'dark';

export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

const KEY = 'facetrack-theme';

/** The theme of this device: a matter of the device and its room, so it is not kept in the account. */
export class Theme {
	#choice = $state<ThemeChoice>('system');

	get choice(): ThemeChoice {
		return this.#choice;
	}

	/** Reads what was saved; only in the browser. */
	load(): void {
		const saved = recall(KEY);
		this.#choice = THEME_CHOICES.find((choice) => choice === saved) ?? 'system';
	}

	choose(choice: ThemeChoice): void {
		this.#choice = choice;
		const dark =
			choice === 'dark' ||
			(choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
		document.documentElement.dataset.theme = dark ? 'dark' : 'light';
		keep(KEY, choice);
	}
}

/** Set by the root layout: one choice for the menu and the page about oneself. */
export const [getTheme, setTheme] = createContext<Theme>();
