import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { facetrackServer } from './vite/facetrack-server.ts';

export default defineConfig({
	plugins: [tailwindcss(), sveltekit(), facetrackServer()],
	worker: { format: 'es' },
	build: {
		// The worker carries TensorFlow.js: large by nature and fetched only by pages with a camera.
		chunkSizeWarningLimit: 4000,
	},
});
