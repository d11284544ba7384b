// `npm start`: from a fresh checkout to a running server. Each step is skipped when it is done.
import { assertNodeVersion } from './lib/node-version.js';

assertNodeVersion();
const { ensureBuild } = await import('./lib/build.js');
const { prepareModels } = await import('../models/prepare.js');

try {
	await prepareModels({ log: console.log });
	await ensureBuild({ log: console.log });
} catch (error) {
	const known = error instanceof Error && ['ModelError', 'BuildError'].includes(error.name);
	console.error(known ? error.message : error);
	process.exit(1);
}
await import('../server.js');
