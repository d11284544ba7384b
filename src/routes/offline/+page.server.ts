import { requireActor } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

/** Kept on devices by the service worker, which asks for it as nobody. */
export const load: PageServerLoad = (event) => {
	requireActor(event, 'viewOffline');
	return { isOfflinePage: true };
};
