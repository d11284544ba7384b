// Protects the ids that make a retry harmless: the server takes only well-formed UUIDs.
import { expect, it } from 'vitest';
import * as v from 'valibot';
import { IdSchema } from '$lib/contract/terms';
import { newId } from './new-id';

it('makes different version 4 UUIDs that the contract accepts', () => {
	const ids = Array.from({ length: 200 }, newId);
	expect(new Set(ids).size).toBe(200);
	for (const id of ids) {
		expect(v.is(IdSchema, id)).toBe(true);
		expect(id).toMatch(/^.{14}4.{4}[89ab]/u);
	}
});
