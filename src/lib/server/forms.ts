import { decode, type FormDataInfo } from 'decode-formdata';
import * as v from 'valibot';

/** What was typed, to fill the form again. Passwords are never among it. */
export type FormValues = Record<string, string>;
/** The sentence for each field that cannot be taken, by the field's name. */
export type FieldProblems = Record<string, string>;

export type ParsedForm<T> =
	{ ok: true; data: T } | { ok: false; values: FormValues; problems: FieldProblems };

/** Anything that a browser should not be sent back in a page. */
const SECRET_FIELD = /password|token/i;
const FIELD_NAME = /^[a-z]\w*$/i;

/**
 * Reads a form by a schema.
 *
 * @param info which fields are `numbers`, `booleans`, `dates` or (repeated fields) `arrays`; the
 *   rest are text. Field names are flat: letters, digits, underscores.
 * @returns the schema's output, or what was typed together with the first problem of each field
 */
export function parseForm<const S extends v.GenericSchema>(
	schema: S,
	formData: FormData,
	info: FormDataInfo = {},
): ParsedForm<v.InferOutput<S>> {
	const fields = textFields(formData);
	const parsed = v.safeParse(schema, decode(fields, structuredClone(info)));
	if (parsed.success) return { ok: true, data: parsed.output };
	return { ok: false, values: typedValues(fields), problems: fieldProblems(parsed.issues) };
}

/**
 * Only text fields with flat names. The decoder follows dotted names into objects, and a name such
 * as `toString.call` would lead it to functions that the whole process shares. Files are dropped:
 * no form takes one.
 */
function textFields(formData: FormData): FormData {
	const fields = new FormData();
	for (const [name, value] of formData) {
		if (typeof value === 'string' && FIELD_NAME.test(name)) fields.append(name, value);
	}
	return fields;
}

/** Text of all fields but secrets, as the browser sent it. */
export function typedValues(formData: FormData): FormValues {
	const values: FormValues = {};
	for (const [name, value] of textFields(formData)) {
		if (typeof value === 'string' && !SECRET_FIELD.test(name)) values[name] = value;
	}
	return values;
}

/** One sentence a field: the first problem is the one to mend first. */
function fieldProblems(issues: readonly v.BaseIssue<unknown>[]): FieldProblems {
	const problems: FieldProblems = {};
	for (const issue of issues) problems[v.getDotPath(issue) ?? ''] ??= issue.message;
	return problems;
}
