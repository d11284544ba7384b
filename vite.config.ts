import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { facetrackServer } from './vite/facetrack-server.ts';
import { installedApp } from './vite/installed-app.ts';
import { matchingKernel } from './vite/matching-kernel.js';

export default defineConfig({
	plugins: [tailwindcss(), sveltekit(), installedApp(), matchingKernel(), facetrackServer()],
	worker: {
		format: 'es',
		rolldownOptions: {
			output: {
				// Names are shortened and nothing is rewritten: TensorFlow.js starts its threads from the
				// source text of a function. `typeof x != 'undefined'` in it, of an x that a thread lacks,
				// would become `x !== void 0`, and every thread would die. It makes 1 % of the file.
				minify: { compress: false, mangle: true, codegen: true },
			},
		},
	},
	build: {
		// The worker carries TensorFlow.js: large by nature and fetched only by pages with a camera.
		chunkSizeWarningLimit: 4000,
		rolldownOptions: {
			output: {
				codeSplitting: {
					// What most pages show comes in one file instead of some thirty of under a kilobyte: a phone on
					// a slow network pays for each request.
					groups: [
						{
							name: 'design',
							test: /\/src\/lib\/components\/ui\/|\/@lucide\/svelte\//,
							minShareCount: 3,
						},
					],
				},
			},
			treeshake: {
				// Sentences and components do nothing by being there: so a page is sent its own, and not all
				// that stand in the same list.
				moduleSideEffects: [
					{ test: /\/src\/lib\/(messages|components)\/.*\.(ts|svelte)$/, sideEffects: false },
				],
			},
		},
	},
});
