import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * Without SvelteKit's plugin: what these tests reach needs none of it, and it would rewrite the
 * generated types while the linter and the type check read them.
 */
export default defineConfig({
	plugins: [svelte()],
	resolve: { alias: { $lib: fileURLToPath(new URL('src/lib', import.meta.url)) } },
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					include: ['src/**/*.spec.ts', 'models/**/*.spec.ts', 'server/**/*.spec.ts'],
				},
			},
			{
				extends: true,
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
