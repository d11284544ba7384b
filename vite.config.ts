import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { facetrackServer } from './vite/facetrack-server.ts';

export default defineConfig({
	plugins: [tailwindcss(), sveltekit(), facetrackServer()],
	worker: { format: 'es' },
	build: {
		// The worker carries TensorFlow.js: large by nature and fetched only by pages with a camera.
		chunkSizeWarningLimit: 4000,
	},
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
