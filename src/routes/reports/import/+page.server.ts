import { ConfirmImportSchema, decodeCsv, PreviewImportSchema } from '$lib/contract/import';
import { messages } from '$lib/messages';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireActor(event, 'importAttendance');
};

/**
 * The form with its file's text where the lines would stand; with a script the page has done that.
 * `isText` is false for a file that is not UTF-8.
 */
async function withFile(request: Request): Promise<{ formData: FormData; isText: boolean }> {
	const formData = await request.formData();
	const file = formData.get('file');
	if (!(file instanceof File) || file.size === 0) return { formData, isText: true };
	const csv = decodeCsv(await file.arrayBuffer());
	if (csv !== null) formData.set('csv', csv);
	return { formData, isText: csv !== null };
}

export const actions: Actions = {
	preview: async (event) => {
		const actor = requireActor(event, 'importAttendance');
		const { formData, isText } = await withFile(event.request);
		const values = typedValues(formData);
		if (!isText) return failForm({ values, problems: { file: messages.validation.importNotUtf8 } });
		const parsed = parseForm(PreviewImportSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		const { kind } = parsed.data;
		const preview = await event.locals.container.imports.preview(actor, parsed.data);
		return { values, done: { kind, imported: null, preview, isOutdated: false } };
	},

	confirm: async (event) => {
		const actor = requireActor(event, 'importAttendance');
		const { formData } = await withFile(event.request);
		const parsed = parseForm(ConfirmImportSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		const { kind } = parsed.data;
		const values = typedValues(formData);
		try {
			const { imported, preview } = await event.locals.container.imports.confirm(
				actor,
				parsed.data,
			);
			// What is imported leaves the form, so that nobody sends it twice.
			return imported === null
				? { values, done: { kind, imported, preview, isOutdated: true } }
				: { values: {}, done: { kind, imported, preview: null, isOutdated: false } };
		} catch (thrown) {
			return failFrom(thrown, values);
		}
	},
};
