import type { CheckInAnswer, OpenForCheckIn, RefusedAnswer } from '$lib/contract/check-in';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import { isHere } from './is-here';
import { whatNext, type WhatNext } from './what-next';

/**
 * `code`: waits for one, or for a tap where none is asked for; the problem is what became of the last
 * one. `confirm`: the phone has to ask who holds it; the problem is what became of that. `lost`: sent, and the network went away before an answer came. `gone`: the same, and the roll
 * call is not open any more, so that nothing here tells what became of it. `done`: there is a mark,
 * whichever it is.
 */
export type CheckInPhase =
	| { name: 'code'; problem: string | null }
	| { name: 'beginning' }
	| { name: 'face' }
	| { name: 'confirm'; pending: boolean; problem: string | null }
	| { name: 'sending' }
	| { name: 'lost' }
	| { name: 'gone' }
	| { name: 'done'; status: MarkStatus; markedAt: number }
	/** `retryAt` by this phone's clock, ms since 1970; null: at once, if at all. */
	| { name: 'refused'; message: string; next: WhatNext; retryAt: number | null };

/** @param now by this phone's clock, ms since 1970 */
export function phaseAfter(answer: CheckInAnswer, now: number): CheckInPhase {
	if (!answer.ok) return phaseOfRefusal(answer, now);
	const { status, markedAt } = answer;
	return { name: 'done', status, markedAt };
}

/** @param now by this phone's clock, ms since 1970 */
export function phaseOfRefusal(
	{ refusal, message, retryAfterMs }: RefusedAnswer,
	now: number,
): CheckInPhase {
	// The code is still before their eyes, and the field too.
	if (refusal === 'wrong-code') return { name: 'code', problem: message };
	const retryAt = retryAfterMs === null ? null : now + retryAfterMs;
	return { name: 'refused', message, next: whatNext(refusal), retryAt };
}

/**
 * What is known of a check-in whose answer was lost.
 *
 * @param rollCalls what is open now
 */
export function phaseAfterLoss(
	rollCalls: readonly OpenForCheckIn[],
	rollCallId: string | null,
): CheckInPhase {
	const found = rollCalls.find((open) => open.rollCallId === rollCallId);
	if (found === undefined) return { name: 'gone' };
	if (isHere(found)) return { name: 'done', status: found.status, markedAt: found.markedAt };
	return { name: 'code', problem: messages.checkInPage.notTaken };
}
