import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** For whoever watches the server; anybody may ask. 200 only while the database answers. */
export const GET: RequestHandler = async ({ locals }) => {
	const healthy = await locals.container.health();
	return json(
		{ status: healthy ? 'ok' : 'no database' },
		{ status: healthy ? 200 : 503, headers: { 'cache-control': 'no-store' } },
	);
};
