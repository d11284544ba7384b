import type { ActionFailure } from '@sveltejs/kit';
import type { FormDataInfo } from 'decode-formdata';
import type * as v from 'valibot';
import { parseForm, typedValues } from './forms';
import { failForm, failFrom, type FormFailure } from './guard';

/**
 * What most actions do once the guard let them: reads the form, does the work, and answers with what
 * was done, or with what was typed and what is wrong with it.
 *
 * @param info see {@link parseForm}
 * @throws whatever the work throws that is no refusal, a redirect among it
 */
export async function answerForm<const S extends v.GenericSchema, T>(
	request: Request,
	schema: S,
	work: (data: v.InferOutput<S>) => Promise<T>,
	info?: FormDataInfo,
): Promise<{ done: T } | ActionFailure<FormFailure>> {
	const formData = await request.formData();
	const parsed = parseForm(schema, formData, info);
	if (!parsed.ok) return failForm(parsed);
	try {
		return { done: await work(parsed.data) };
	} catch (thrown) {
		return failFrom(thrown, typedValues(formData));
	}
}
