import { sql, type RawBuilder } from 'kysely';

/** Of `members` in a query: who belonged to the class on a day. A membership's last date no longer holds. */
export const memberOn = (day: RawBuilder<unknown>) => sql<boolean>`(
	members.valid_from <= ${day} and (members.valid_until is null or members.valid_until > ${day})
)`;
