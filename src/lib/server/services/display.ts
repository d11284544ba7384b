import type { CheckInCode } from '$lib/contract/check-in-code';
import type { Roster, RosterChange, RosterEntry } from '$lib/contract/roster';
import { messages } from '$lib/messages';
import type { DigitsOf } from '../crypto/check-in-codes';
import type { RollCallRow } from '../db/roll-calls.repository';
import { codeRenewsAt, codeStep } from '../domain/check-in-code';
import { entriesOnDisplay, numberStudents } from '../domain/display-roster';
import { AppError } from '../errors';
import { changesAfter, closed, type RollCallStore } from './roll-call-change';
import { readRoster } from './roll-calls';

export interface DisplayDeps extends RollCallStore {
	clock: () => Date;
	codeDigits: DigitsOf;
}

export type Displays = ReturnType<typeof createDisplayService>;

/** The final counts stay on the projector for the school day; then the link shows nothing more. */
const HOURS_AFTER_CLOSING = 12;

/**
 * What everybody in the room may see of a roll call. The display's token is all that opens it, and
 * it opens this alone. Methods throw AppError 'not-found' for a token that does not hold.
 */
export function createDisplayService(deps: DisplayDeps) {
	const { db, rollCalls, clock } = deps;

	async function require(displayToken: string): Promise<RollCallRow> {
		const rollCall = await rollCalls.findRollCallByDisplayToken(db, displayToken);
		const age = clock().getTime() - (rollCall?.closedAt ?? Infinity);
		if (rollCall === undefined || age > HOURS_AFTER_CLOSING * 3_600_000) {
			throw new AppError('not-found', messages.rollCallRefusals.displayGone);
		}
		return rollCall;
	}

	return {
		/** Which roll call a token shows. */
		async byToken(displayToken: string): Promise<{ rollCallId: string; className: string }> {
			const { id, className } = await require(displayToken);
			return { rollCallId: id, className };
		},

		async roster(displayToken: string): Promise<Roster> {
			const rollCall = await require(displayToken);
			const roster = await readRoster(deps, rollCall);
			return { ...roster, entries: await mask(deps, rollCall, roster.entries), doubts: [] };
		},

		async changesSince(displayToken: string, sinceVersion: number): Promise<RosterChange> {
			const rollCall = await require(displayToken);
			return maskChange(deps, rollCall, await changesAfter(deps, db, rollCall.id, sinceVersion));
		},

		/** The check-in code of this moment. @throws AppError 'closed' */
		async code(displayToken: string): Promise<CheckInCode> {
			const { id, state } = await require(displayToken);
			if (state !== 'open') throw closed();
			const now = clock().getTime();
			return {
				digits: deps.codeDigits(id, codeStep(now)),
				renewsAt: codeRenewsAt(now),
				serverTime: now,
			};
		},

		/** A change of the roster as displays get it; null when the roll call is gone. */
		async ofChange(change: RosterChange): Promise<RosterChange | null> {
			const rollCall = await rollCalls.findRollCall(db, change.rollCallId);
			return rollCall === undefined ? null : maskChange(deps, rollCall, change);
		},
	};
}

async function maskChange(
	deps: DisplayDeps,
	rollCall: RollCallRow,
	change: RosterChange,
): Promise<RosterChange> {
	return { ...change, entries: await mask(deps, rollCall, change.entries), doubts: [] };
}

async function mask(
	{ db, marks }: DisplayDeps,
	{ id, displayNames }: RollCallRow,
	entries: readonly RosterEntry[],
): Promise<RosterEntry[]> {
	if (displayNames !== 'none') return entriesOnDisplay(entries, displayNames, () => 0);
	const positionOf = numberStudents(await marks.listRosterStudentIds(db, id));
	return entriesOnDisplay(entries, displayNames, positionOf)
		.sort((a, b) => positionOf(a.studentId) - positionOf(b.studentId))
		.map((entry) => ({ ...entry, name: messages.numberedStudent(entry.name) }));
}
