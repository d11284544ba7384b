import { sveltekit } from '@sveltejs/kit/vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { matchingKernel } from './vite/matching-kernel.js';

export default defineConfig({
	resolve: { alias: { $lib: fileURLToPath(new URL('src/lib', import.meta.url)) } },
	test: {
		projects: [
			{
				extends: true,
				// Not SvelteKit's own: it would rewrite the generated types while linter and type check,
				// which run beside these tests, read them.
				plugins: [svelte(), matchingKernel()],
				test: {
					name: 'unit',
					environment: 'node',
					include: [
						'src/**/*.spec.ts',
						'models/**/*.spec.ts',
						'server/**/*.spec.ts',
						'evaluation/**/*.spec.ts',
						'scripts/**/*.spec.ts',
						'vite/**/*.spec.ts',
					],
				},
			},
			{
				extends: true,
				plugins: [sveltekit(), matchingKernel()],
				test: {
					name: 'integration',
					environment: 'node',
					include: ['tests/integration/**/*.spec.ts'],
					globalSetup: ['tests/helpers/database.global.ts'],
					// Real processes and a real database on a small machine: generous, never a sleep.
					testTimeout: 30_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});
