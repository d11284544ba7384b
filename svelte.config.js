import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
const config = {
	preprocess: vitePreprocess(),
	compilerOptions: {
		// Components from packages choose their own mode; ours all use runes.
		runes: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : true),
	},
	kit: {
		// The prefix keeps the adapter from reading PORT, HOST or ORIGIN: config.ts checks those, and
		// server.js tells the adapter the address of each request through headers of its own.
		adapter: adapter({ envPrefix: 'FACETRACK_KIT_' }),
		// The page for being offline is shown at any address, so its files are named from the root on.
		paths: { relative: false },
		// client/app/app-update.svelte.ts does, and asks before an update.
		serviceWorker: { register: false },
		csp: {
			mode: 'auto',
			directives: {
				// No third party anywhere: pictures must not be able to leave, not even by accident.
				'default-src': ['self'],
				// TensorFlow.js compiles WebAssembly.
				'script-src': ['self', 'wasm-unsafe-eval'],
				'style-src': ['self'],
				// Svelte and the floating panels write positions into style attributes.
				'style-src-attr': ['unsafe-inline'],
				'img-src': ['self', 'data:', 'blob:'],
				'media-src': ['self', 'blob:'],
				'font-src': ['self'],
				// 'self' covers ws: and wss: of the same host.
				'connect-src': ['self'],
				// The threaded WebAssembly backend starts its threads from blobs.
				'worker-src': ['self', 'blob:'],
				'manifest-src': ['self'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'frame-ancestors': ['none'],
			},
		},
		typescript: {
			config: (generated) => ({
				...generated,
				include: [
					...generated.include,
					'../models/**/*.js',
					'../models/**/*.ts',
					'../scripts/**/*.js',
					'../scripts/**/*.ts',
					'../server/**/*.js',
					'../server/**/*.ts',
					'../server.js',
					'../vite/**/*.js',
					'../vite/**/*.ts',
					'../evaluation/**/*.js',
					'../evaluation/**/*.ts',
					'../eslint.config.js',
					'../svelte.config.js',
					'../playwright.config.ts',
					'../vitest.config.ts',
				],
				// AssemblyScript looks like TypeScript and has other types: the tsconfig.json beside it has
				// them for editors and linter, and its own compiler checks it with every build.
				// SvelteKit leaves out the service worker, for its other global scope; ours declares it.
				exclude: [
					...generated.exclude.filter(
						(/** @type {string} */ path) => !path.includes('service-worker'),
					),
					'../models/prepared/**',
					'../src/**/*.as.ts',
				],
			}),
		},
	},
};

export default config;
