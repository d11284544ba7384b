import { createContext } from 'svelte';
import { messages } from '$lib/messages';
import { joinAnnouncements } from './announcer';

/** Within this time sentences are gathered, so that a screen reader is not interrupted by each. */
const GATHER_MS = 800;

/** How long an undo line stays: long enough to read it and to reach it. */
const TOAST_MS = 8000;

export interface Toast {
	text: string;
	action?: { label: string; run: () => void };
}

/**
 * What the layout says for every page: sentences for those who listen, the undo line, and the line
 * about the network.
 */
export class Notices {
	#spoken = $state('');
	#toast = $state.raw<Toast>();
	#offline = $state<string>();
	#waiting: string[] = [];
	#gathering: ReturnType<typeof setTimeout> | undefined;
	#fading: ReturnType<typeof setTimeout> | undefined;

	/** What the polite live region holds now. */
	get spoken(): string {
		return this.#spoken;
	}

	get toast(): Toast | undefined {
		return this.#toast;
	}

	/** The page's own words about the lost connection, if it has any. */
	get offline(): string | undefined {
		return this.#offline;
	}

	/** Has a sentence read out ("Amina Eze present"), gathered with others that come at once. */
	say(sentence: string): void {
		this.#waiting.push(sentence);
		if (this.#gathering !== undefined) return;
		this.#gathering = setTimeout(() => {
			this.#gathering = undefined;
			this.#spoken = joinAnnouncements(this.#waiting.splice(0), messages.common.andMore);
		}, GATHER_MS);
	}

	/** Shows one line, in place of an earlier one, with at most one action. */
	show(toast: Toast): void {
		clearTimeout(this.#fading);
		this.#toast = toast;
		this.#fading = setTimeout(() => this.dismiss(), TOAST_MS);
	}

	/** The line stays while a finger or the focus is on it. */
	holdToast(): void {
		clearTimeout(this.#fading);
	}

	releaseToast(): void {
		clearTimeout(this.#fading);
		this.#fading = setTimeout(() => this.dismiss(), TOAST_MS);
	}

	dismiss(): void {
		clearTimeout(this.#fading);
		this.#toast = undefined;
	}

	/** A page with a socket says what waits ("Offline. 14 marks wait …"); `undefined` when it is back. */
	setOffline(line: string | undefined): void {
		this.#offline = line;
	}
}

/** Set by the root layout; `getNotices()` while a component is initialised. */
export const [getNotices, setNotices] = createContext<Notices>();
