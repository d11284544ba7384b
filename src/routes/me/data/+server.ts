import { messages } from '$lib/messages';
import { requireActor, served } from '$lib/server/guard';
import type { RequestHandler } from './$types';

/** What is stored about the signed-in student (db/own-data.repository.ts), to keep or to take elsewhere (GDPR, articles 15 and 20). */
export const GET: RequestHandler = async (event) => {
	const actor = requireActor(event, 'viewOwnRecord');
	const data = await served(event.locals.container.ownData.read(actor));
	return new Response(`${JSON.stringify(data, null, '\t')}\n`, {
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'content-disposition': `attachment; filename="${messages.ownPlace.data.fileName}"`,
		},
	});
};
