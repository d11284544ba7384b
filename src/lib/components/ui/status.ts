import { createContext } from 'svelte';
import type { StatusColour, StatusNames } from '$lib/contract/statuses';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';

/** A mark's status, or waiting while a student has none. */
export type StatusOrWaiting = MarkStatus | 'waiting';

/** The order in which counts stand everywhere. */
export const STATUSES: readonly StatusOrWaiting[] = [
	'present',
	'late',
	'excused',
	'absent',
	'waiting',
];

/** Waiting is no status, and no status may look like it. */
const WAITING = 'slate';

/** Whole names, because Tailwind finds only what is spelled out. */
const TEXT: Record<StatusColour | typeof WAITING, string> = {
	green: 'text-green',
	amber: 'text-amber',
	red: 'text-red',
	blue: 'text-blue',
	violet: 'text-violet',
	teal: 'text-teal',
	pink: 'text-pink',
	slate: 'text-slate',
};
const TINT: typeof TEXT = {
	green: 'bg-green-tint',
	amber: 'bg-amber-tint',
	red: 'bg-red-tint',
	blue: 'bg-blue-tint',
	violet: 'bg-violet-tint',
	teal: 'bg-teal-tint',
	pink: 'bg-pink-tint',
	slate: 'bg-slate-tint',
};

/** The statuses as the school calls and colours them. */
export class Statuses {
	readonly #names: () => StatusNames;

	/** @param names asked each time, so that a change is seen at once */
	constructor(names: () => StatusNames) {
		this.#names = names;
	}

	/** The status in a word, for those who listen and wherever there is room. */
	word(status: StatusOrWaiting): string {
		return status === 'waiting' ? messages.common.waiting.word : this.#names()[status].word;
	}

	/** The letter that stands for a status; a dash for waiting. */
	letter(status: StatusOrWaiting): string {
		return status === 'waiting' ? messages.common.waiting.letter : this.#names()[status].letter;
	}

	/** The class of a status's text. */
	text(status: StatusOrWaiting): string {
		return TEXT[this.#colour(status)];
	}

	/** The class of a quiet ground, legible under `text-ink` and under the status's own text. */
	tint(status: StatusOrWaiting): string {
		return TINT[this.#colour(status)];
	}

	#colour(status: StatusOrWaiting): StatusColour | typeof WAITING {
		return status === 'waiting' ? WAITING : this.#names()[status].colour;
	}
}

/** Set by the root layout: the school's choice holds on every page. */
export const [getStatuses, setStatuses] = createContext<Statuses>();
