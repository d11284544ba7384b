import type { TwoAnswers } from '$lib/client/roll-call/conflicts';
import type {
	MarkExtras,
	Refusal,
	RollCallSession,
} from '$lib/client/roll-call/roll-call-session.svelte';
import { withoutStep, withStep, type UndoStep } from '$lib/client/roll-call/undo-stack';
import type { MarkRest } from '$lib/contract/marks';
import type { DoubtView, RosterEntry } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import type { Notices, Statuses } from '$lib/components/ui';
import { messages } from '$lib/messages';
import { hasCome } from './member-draft';
import { answeredText, markedText } from './what-happened';

/** What a teacher does on this page: each thing is said in a line, and can be taken back. */
export class OwnActions {
	readonly #session: RollCallSession;
	readonly #notices: Notices;
	readonly #statuses: Pick<Statuses, 'word'>;
	#steps: readonly UndoStep[] = [];

	constructor(session: RollCallSession, notices: Notices, statuses: Pick<Statuses, 'word'>) {
		this.#session = session;
		this.#notices = notices;
		this.#statuses = statuses;
	}

	/** Null takes the mark back. */
	readonly mark = (
		entry: RosterEntry,
		status: MarkStatus | null,
		extras: MarkExtras = {},
	): void => {
		const { id, sawVersion } = this.#session.mark(entry.studentId, status, extras);
		this.#did({
			id,
			text: markedText(entry.name, status, this.#statuses),
			// As seen then: what somebody else did since is not undone along, but asked about.
			undo: () => this.#restore(entry, id, sawVersion),
		});
	};

	/** Marks those who wait now. */
	readonly markRest = (status: MarkRest['status']): void => {
		const rest = this.#session.markRest(status);
		if (rest === null) return;
		this.#did({
			id: rest.id,
			text: messages.rollCall.rest.done(rest.studentIds.length, this.#statuses.word(status)),
			undo: () => this.#session.undoRest(rest),
			undone: messages.rollCall.rest.undone,
		});
	};

	/** Null is nobody of those who are suggested. */
	readonly answer = (doubt: DoubtView, studentId: string | null): void => {
		const { id } = this.#session.answerDoubt(doubt, studentId);
		this.#did({
			id,
			text: answeredText(doubt, studentId),
			undo: () => this.#session.reopenDoubt(doubt),
		});
	};

	/** Of two answers, takes the one of this device. */
	readonly insist = ({ lost }: TwoAnswers): void => {
		const { studentId, status, markedAt, details, reason } = lost.request;
		const entry = this.#session.store.entry(studentId);
		if (entry === null) return;
		this.mark(entry, status, {
			markedAt,
			...(details === undefined ? {} : { details }),
			...(reason === undefined ? {} : { reason }),
		});
	};

	/** Takes back what was done last, and the next time what was done before it. */
	undoLast(): void {
		const last = this.#steps.at(-1);
		if (last === undefined) this.#notices.show({ text: messages.rollCall.undo.nothing });
		else this.#undo(last);
	}

	/** It was not done after all: there is nothing to take back. */
	forget(requestId: Refusal['id']): void {
		this.#steps = withoutStep(this.#steps, requestId);
	}

	#did(step: UndoStep): void {
		this.#steps = withStep(this.#steps, step);
		this.#notices.show({
			text: step.text,
			action: { label: messages.common.undo, run: () => this.#undo(step) },
		});
	}

	#undo(step: UndoStep): void {
		if (!this.#steps.includes(step)) return;
		this.forget(step.id);
		step.undo();
		this.#notices.show({ text: step.undone ?? messages.rollCall.undo.undone(step.text) });
	}

	/** Marks a student as they stood, with all details. */
	#restore(before: RosterEntry, undoes: string, sawVersion: number | undefined): void {
		const { studentId, status, markedAt, leftAt, remark } = before;
		this.#session.mark(studentId, status, {
			undoes,
			details: { arrivedAt: hasCome(status) ? markedAt : null, leftAt, remark: remark ?? '' },
			...(sawVersion === undefined ? {} : { sawVersion }),
		});
	}
}
