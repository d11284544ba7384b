/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
/**
 * Makes the app open at once, and say what still works while the school's server is out of reach. It
 * keeps the shell from its installation on, and what the camera needs from its first use on; no page
 * and no answer of the server that was made for somebody is ever kept.
 */
import { build, version } from '$service-worker';
import {
	ENGINE_CACHE,
	isEngineFile,
	keptPaths,
	OFFLINE_PAGE,
	staleEngineFiles,
} from '$lib/client/app/cached-files';
import { clientsClaim } from 'workbox-core';
import { enable as enableNavigationPreload } from 'workbox-navigation-preload';
import {
	addPlugins,
	cleanupOutdatedCaches,
	matchPrecache,
	precacheAndRoute,
	type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkOnly } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] };

// Fetched as nobody, whoever is signed in: what is kept has no name on it.
addPlugins([
	{
		requestWillFetch: ({ request }) =>
			Promise.resolve(new Request(request, { credentials: 'omit' })),
	},
]);
cleanupOutdatedCaches();
precacheAndRoute([...self.__WB_MANIFEST, { url: OFFLINE_PAGE, revision: version }], {
	cleanURLs: false,
});

const network = new NetworkOnly();
enableNavigationPreload();
registerRoute(
	new NavigationRoute(async (options) => {
		try {
			return await network.handle(options);
		} catch {
			return (await matchPrecache(OFFLINE_PAGE)) ?? Response.error();
		}
	}),
);

registerRoute(
	({ url, sameOrigin }) => sameOrigin && isEngineFile(url.pathname),
	new CacheFirst({
		cacheName: ENGINE_CACHE,
		plugins: [{ cacheDidUpdate: () => tidyOnce() }],
	}),
);

let tidying: Promise<void> | null = null;

/** A new file came, so there may be new models, or a new build: the old ones only take room. */
function tidyOnce(): Promise<void> {
	tidying ??= tidy().finally(() => (tidying = null));
	return tidying;
}

async function tidy(): Promise<void> {
	const index = await fetch('/models/index.json', { cache: 'no-store', credentials: 'omit' }).catch(
		() => null,
	);
	if (!index?.ok) return;
	const cache = await caches.open(ENGINE_CACHE);
	const stale = staleEngineFiles(await keptPaths(cache), build, await index.text());
	await Promise.all(stale.map((pathname) => cache.delete(pathname)));
}

// A new version waits until somebody says yes; see client/app/app-update.svelte.ts.
self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
	if (isSkipWaiting(data)) void self.skipWaiting();
});
clientsClaim();

/** What workbox-window's `messageSkipWaiting` sends. */
function isSkipWaiting(data: unknown): boolean {
	return (
		typeof data === 'object' && data !== null && 'type' in data && data.type === 'SKIP_WAITING'
	);
}
