import { SvelteKitPWA } from '@vite-pwa/sveltekit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Plugin } from 'vite';
import type { ManifestOptions, VitePWAOptions } from 'vite-plugin-pwa';
import { app } from '../src/lib/messages/en/app.ts';
import { BuildManifestSchema, shellFiles } from './shell.ts';

const SVELTE_KIT = fileURLToPath(new URL('../.svelte-kit/', import.meta.url));
const CLIENT = 'client/';
/** Where SvelteKit writes the sources of the client's entry points. */
const GENERATED = '.svelte-kit/generated/client-optimized/';
/** Of every page: SvelteKit's own start, the root layout and the page of errors. */
const ENTRIES = [
	'node_modules/@sveltejs/kit/src/runtime/client/entry.js',
	`${GENERATED}app.js`,
	`${GENERATED}nodes/0.js`,
	`${GENERATED}nodes/1.js`,
];
/** The component of the one page that is kept. */
const KEPT_PAGE = 'src/routes/offline/+page.svelte';
/** As in app.css: the page's ground in light, and the accent of the icon. */
const CANVAS = '#f8fafb';

/** The icon of a shortcut. */
const shortcutIcon = { src: '/icon-192.png', sizes: '192x192', type: 'image/png' };

/** What a device is told about the app; `npm run app-icons` and `app-pictures` make its pictures. */
export const webManifest: Partial<ManifestOptions> = {
	id: '/',
	name: app.manifest.name,
	short_name: app.manifest.name,
	description: app.manifest.description,
	lang: 'en',
	dir: 'ltr',
	start_url: '/today',
	scope: '/',
	display: 'standalone',
	background_color: CANVAS,
	theme_color: CANVAS,
	categories: ['education'],
	icons: [
		{ src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
		{ src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
		{ src: '/icon-maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
		{ src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
	],
	screenshots: [
		{
			src: '/screenshot-wide.png',
			sizes: '1280x800',
			type: 'image/png',
			form_factor: 'wide',
			label: app.manifest.wideScreenshot,
		},
		{
			src: '/screenshot-narrow.png',
			sizes: '390x844',
			type: 'image/png',
			form_factor: 'narrow',
			label: app.manifest.narrowScreenshot,
		},
	],
	shortcuts: [
		{
			name: app.manifest.checkIn,
			description: app.manifest.checkInText,
			url: '/check-in',
			icons: [shortcutIcon],
		},
		{
			name: app.manifest.rollCall,
			description: app.manifest.rollCallText,
			url: '/today',
			icons: [shortcutIcon],
		},
	],
};

const options: Partial<VitePWAOptions> = {
	strategies: 'injectManifest',
	srcDir: 'src',
	filename: 'service-worker.ts',
	// The app registers it itself, and asks before an update: client/app/app-update.svelte.ts.
	injectRegister: null,
	registerType: 'prompt',
	manifest: webManifest,
	injectManifest: {
		globPatterns: [`${CLIENT}_app/immutable/**/*.{js,css}`, `${CLIENT}favicon.svg`],
		// Or the plugin adds patterns of its own, for pages that were rendered in advance.
		modifyURLPrefix: { [CLIENT]: '' },
		// Models and threads are large by nature, and are kept by the first use of a camera.
		globIgnores: ['server/**', '**/workers/**'],
		manifestTransforms: [
			async (entries) => {
				const shell = await shellOfBuild();
				const manifest = entries
					.filter(({ url }) => url === 'favicon.svg' || shell.has(url))
					.map((entry) => ({ ...entry, url: `/${entry.url}` }));
				return { manifest };
			},
		],
	},
};

/** The app for the home screen: web manifest, and the service worker with the shell to keep. */
export function installedApp(): Plugin[] {
	return SvelteKitPWA(options);
}

/** @throws Error when the build has no page that can be kept: an app without it says nothing offline */
async function shellOfBuild(): Promise<Set<string>> {
	const text = await readFile(join(SVELTE_KIT, 'output/client/.vite/manifest.json'), 'utf8');
	const manifest = v.parse(v.pipe(v.string(), v.parseJson(), BuildManifestSchema), text);
	return shellFiles(manifest, [...ENTRIES, await keptNode()]);
}

async function keptNode(): Promise<string> {
	const folder = join(SVELTE_KIT, 'generated/client-optimized/nodes');
	for (const name of await readdir(folder)) {
		const text = await readFile(join(folder, name), 'utf8');
		if (text.includes(KEPT_PAGE)) return `${GENERATED}nodes/${name}`;
	}
	throw new Error(`No page of the build is made of ${KEPT_PAGE}.`);
}
