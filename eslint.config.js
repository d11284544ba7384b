import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, includeIgnoreFile } from 'eslint/config';
import globals from 'globals';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const gitignore = fileURLToPath(new URL('./.gitignore', import.meta.url));

/** Every folder of the house. The first pattern that fits a file names its room. */
const rooms = Object.entries({
	contract: ['src/lib/contract/**'],
	messages: ['src/lib/messages/**'],
	domain: ['src/lib/server/domain/**'],
	matching: ['src/lib/server/matching/**'],
	db: ['src/lib/server/db/**'],
	auth: ['src/lib/server/auth/**'],
	mail: ['src/lib/server/mail/**'],
	services: ['src/lib/server/services/**'],
	realtime: ['src/lib/server/realtime/**'],
	container: ['src/lib/server/container.ts', 'src/hooks.server.ts', 'src/app.d.ts'],
	base: ['src/lib/server/*.ts'],
	client: ['src/lib/client/**', 'src/service-worker.ts'],
	components: ['src/lib/components/**'],
	endpoints: ['src/routes/**/*.server.ts', 'src/routes/**/+server.ts'],
	pages: ['src/routes/**', 'src/hooks.client.ts'],
}).map(([category, pattern]) => ({ category, pattern }));

/**
 * Who may import whom, and why no one else. `types` may be named but not run: an interface passes
 * through the composition root, its code does not.
 *
 * @type {Record<string, { to: string[]; types?: string[]; why: string }>}
 */
const doors = {
	contract: {
		to: ['messages'],
		why: 'the wire is read by both ends, so it stands on the schema library and the sentences of its refusals alone',
	},
	messages: { to: [], types: ['contract'], why: 'sentences know words, not machinery' },
	domain: {
		to: ['contract'],
		why: 'domain code is pure: no database, no clock, no socket, so that every rule can be tested by its inputs',
	},
	matching: {
		to: ['contract', 'domain'],
		why: 'the kernel compares vectors in memory of its own: what they mean is the domain, where they come from the services',
	},
	db: {
		to: ['contract', 'base'],
		types: ['domain'],
		why: 'repositories load and save; deciding is the work of the domain, called by the services',
	},
	auth: {
		to: ['contract', 'base', 'messages'],
		types: ['domain', 'db'],
		why: 'accounts stay replaceable: what auth needs of the database is handed in by the container',
	},
	mail: {
		to: ['base'],
		why: 'the mailer hands over what it is given: what a notice says, and to whom, is decided before',
	},
	services: {
		to: ['contract', 'base', 'messages', 'domain'],
		types: ['db', 'auth', 'mail', 'realtime', 'matching'],
		why: 'services know repositories and publishers by interface only; the container hands in the real ones',
	},
	realtime: {
		to: ['contract', 'base', 'messages'],
		types: ['services', 'auth', 'container'],
		why: 'socket handlers check the guard and make one service call; they reach no database',
	},
	container: {
		to: [
			'contract',
			'base',
			'messages',
			'domain',
			'matching',
			'db',
			'auth',
			'mail',
			'services',
			'realtime',
		],
		why: 'the composition root wires the server and knows no page',
	},
	base: {
		to: ['contract', 'messages', 'domain'],
		types: ['container'],
		why: 'config, log and errors are below everything else in the server; the guard asks the access table',
	},
	client: {
		to: ['contract', 'messages'],
		why: 'what runs in the browser knows the server by the contract alone',
	},
	components: {
		to: ['contract', 'messages', 'client'],
		why: 'components know the server by the contract alone',
	},
	endpoints: {
		to: ['contract', 'messages', 'base', 'auth'],
		types: ['container', 'services', 'domain', 'db'],
		why: 'routes are thin: the guard, then one call of a service taken from locals.container',
	},
	pages: {
		to: ['contract', 'messages', 'client', 'components'],
		types: ['endpoints'],
		why: 'pages know the server by the contract and by what load gives them',
	},
};

/** @param {string[]} names */
const inRooms = (names) => ({ file: { categories: { anyOf: names } } });

const policies = Object.entries(doors).flatMap(([room, { to, types = [], why }]) => [
	{
		from: inRooms([room]),
		disallow: { to: inRooms(rooms.map(({ category }) => category)) },
		message: `${room} may import ${[...to, ...types.map((type) => `types of ${type}`)].join(', ') || 'no other folder'}: ${why}.`,
	},
	{ from: inRooms([room]), allow: { to: inRooms([room, ...to]) } },
	...types.map((type) => ({
		from: inRooms([room]),
		allow: { to: inRooms([type]), dependency: { kind: 'type' } },
	})),
]);

/** Packages that have one home, so that each can be replaced in one place. */
const homes = [
	{
		packages: ['kysely', 'kysely-postgres-js', 'postgres'],
		home: 'src/lib/server/db/**',
		why: 'SQL lives in server/db: ask a repository.',
	},
	{
		packages: ['socket.io'],
		home: 'src/lib/server/realtime/**',
		why: 'Socket.IO servers live in server/realtime: services publish through an interface.',
	},
	{
		packages: ['socket.io-client'],
		home: 'src/lib/client/realtime/**',
		why: 'The connection lives in client/realtime.',
	},
	{
		packages: ['lucia', '@lucia-auth/adapter-postgresql', '@node-rs/argon2'],
		home: 'src/lib/server/auth/**',
		why: 'Lucia stays behind auth/sessions.ts, so that it can be replaced there.',
	},
	{
		packages: ['nodemailer'],
		home: 'src/lib/server/mail/**',
		why: 'Mails are sent in server/mail: services hand them to a Mailer.',
	},
	{
		packages: ['@vladmandic/human'],
		home: 'src/lib/client/face/**',
		why: 'The face engine runs in its worker and must not be reachable from server rendering.',
	},
];

/**
 * @param {typeof homes} strangers
 * @returns {Partial<import('eslint').Linter.RulesRecord>}
 */
const restricted = (strangers) => ({
	'@typescript-eslint/no-restricted-imports': [
		'error',
		{
			patterns: strangers.flatMap(({ packages, why }) =>
				packages.map((name) => ({ group: [name, `${name}/*`], message: why })),
			),
		},
	],
});

export default defineConfig(
	includeIgnoreFile(gitignore),
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte'],
			},
		},
		rules: {
			// TypeScript knows every name; this rule does not know types.
			'no-undef': 'off',
			eqeqeq: 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/ban-ts-comment': [
				'error',
				{ 'ts-expect-error': true, 'ts-ignore': true },
			],
			// Typed arrays are indexed inside their bounds in every inner loop; a test there would cost
			// more than the arithmetic, and `!` says what the loop's condition already proved.
			'@typescript-eslint/no-non-null-assertion': 'off',
			'@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
			// SvelteKit's redirect() and error() are thrown by design.
			'@typescript-eslint/only-throw-error': [
				'error',
				{ allow: [{ from: 'package', package: '@sveltejs/kit', name: ['Redirect', 'HttpError'] }] },
			],
		},
	},
	{
		files: ['src/**/*.{ts,svelte}'],
		ignores: ['**/*.spec.ts'],
		plugins: { boundaries },
		settings: {
			'boundaries/files': rooms,
			'boundaries/files-single-match': true,
			'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export'],
			'import/resolver': { typescript: { alwaysTryTypes: true } },
		},
		rules: {
			'boundaries/dependencies': ['error', { default: 'allow', policies }],
			...restricted(homes),
		},
	},
	...homes.map((own) => ({
		files: [own.home],
		ignores: ['**/*.spec.ts'],
		rules: restricted(homes.filter((other) => other !== own)),
	})),
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		// Inner loops over typed arrays: an index within the bounds of its loop is not undefined, and a
		// fallback there costs time for nothing.
		files: ['src/lib/client/face/**/*.ts', 'src/lib/server/domain/matching.ts'],
		rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
	},
	{
		// AssemblyScript: `as` converts there, also between types that are all `number` here.
		files: ['**/*.as.ts'],
		rules: { '@typescript-eslint/no-unnecessary-type-assertion': 'off' },
	},
	{
		files: ['**/*.js'],
		rules: {
			// Plain scripts are checked by tsc through JSDoc; these rules want syntax that JSDoc lacks.
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
);
