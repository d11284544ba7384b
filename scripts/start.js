// `npm start`: from a fresh checkout to a running server. Each step is skipped when it is done.
import { assertNodeVersion } from './lib/node-version.js';

assertNodeVersion();
const { ensureBuild } = await import('./lib/build.js');
const { readArguments } = await import('../server/arguments.js');
const { prepareModels } = await import('../models/prepare.js');

try {
	// Here already: a wrong option is told before minutes of building.
	readArguments(process.argv.slice(2));
	await prepareModels({ log: console.log });
	await ensureBuild({ log: console.log });
} catch (error) {
	const known =
		error instanceof Error && ['StartupError', 'ModelError', 'BuildError'].includes(error.name);
	console.error(known ? error.message : error);
	process.exit(1);
}
await import('../server.js');
