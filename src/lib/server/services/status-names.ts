import type { StatusName, StatusNames } from '$lib/contract/statuses';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';

const { statuses } = messages.common;

/** Until a school chooses its own (screens.md, "Look"). */
export const DEFAULT_STATUS_NAMES: StatusNames = {
	present: { ...statuses.present, colour: 'green' },
	late: { ...statuses.late, colour: 'amber' },
	absent: { ...statuses.absent, colour: 'red' },
	excused: { ...statuses.excused, colour: 'blue' },
};

/** What a school calls its statuses: its own names where it has any. */
export function statusNamesOf(
	chosen: readonly ({ status: MarkStatus } & StatusName)[],
): StatusNames {
	const names = { ...DEFAULT_STATUS_NAMES };
	for (const { status, word, letter, colour } of chosen) names[status] = { word, letter, colour };
	return names;
}
