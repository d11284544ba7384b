import { error } from '@sveltejs/kit';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { ExportSchema } from '$lib/contract/reports';
import { messages } from '$lib/messages';
import { requireActor, served } from '$lib/server/guard';
import { periodOf } from '$lib/server/report-period';
import type { RequestHandler } from './$types';

/** `?class=&from=&to=`, each optional; `bom=1` for Excel. */
export const GET: RequestHandler = async (event) => {
	const actor = requireActor(event, 'viewReports');
	const { reportExport, school } = event.locals.container;
	const { searchParams } = event.url;
	const { timeZone } = await school.get();
	const { period, problem } = periodOf(event.url, { now: Date.now(), timeZone });
	if (problem !== null) error(400, problem);
	const parsed = v.safeParse(ExportSchema, { classId: searchParams.get('class') || null, period });
	if (!parsed.success) error(404, messages.errors['not-found']);
	const bom = searchParams.get('bom') === '1';
	const { fileName, csv } = await served(reportExport.start(actor, parsed.output, bom));
	return new Response(Readable.toWeb(csv) as ReadableStream<Uint8Array>, {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="${fileName}"`,
		},
	});
};
