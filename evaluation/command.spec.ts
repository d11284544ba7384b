// Protects the command's contract: its defaults, and that whoever writes it wrongly is told what to
// write instead.
import { expect, it } from 'vitest';
import { readCommand } from './command';
import { UsageError } from './usage-error';

const VERIFY = ['verify', '--images', 'photos', '--pairs', 'pairs.csv'];
const ROLLCALL = ['rollcall', '--images', 'photos', '--subjects', 'subjects.csv'];
const IMPOSTORS = ['impostors', '--images', 'photos'];
const IDENTIFY = ['identify', '--images', 'photos', '--subjects', 'subjects.csv'];
const LIVENESS = ['liveness', '--live', 'clips', '--attack', 'photos'];

it('draws 200 classes with three references and one frame unless told otherwise', () => {
	expect(readCommand(IDENTIFY)).toMatchObject({
		command: 'identify',
		references: 3,
		frames: 1,
		classes: 200,
		seed: 1,
	});
	expect(
		readCommand([...IDENTIFY, '--class-size=12', '--frames', '3', '--seed', '0']),
	).toMatchObject({ 'class-size': 12, frames: 3, seed: 0 });
});

it('plays 200 roll calls of 30 members and 5 strangers unless told otherwise', () => {
	expect(readCommand(ROLLCALL)).toMatchObject({
		command: 'rollcall',
		'class-size': 30,
		strangers: 5,
		'roll-calls': 200,
		seed: 1,
	});
});

it('measures impostors in every folder, with ten halvings, unless told otherwise', () => {
	const plain = readCommand(IMPOSTORS);
	expect(plain).toMatchObject({ command: 'impostors', images: 'photos', halvings: 10, seed: 1 });
	expect(plain).toMatchObject({ subjects: undefined, out: undefined });
	expect(readCommand([...IMPOSTORS, '--out', 'table.json', '--halvings', '0'])).toMatchObject({
		out: 'table.json',
		halvings: 0,
	});
});

it('shows twenty photos to the liveness check unless told otherwise', () => {
	expect(readCommand(LIVENESS)).toMatchObject({ live: 'clips', attack: 'photos', photos: 20 });
	expect(readCommand([...LIVENESS, '--photos', '6'])).toMatchObject({ photos: 6, seed: 1 });
});

it('shows how it is used', () => {
	expect(readCommand([...VERIFY, '--help'])).toBe('help');
});

it.each([
	[[], 'Name what to measure: verify, identify, rollcall, impostors, liveness or passive.'],
	[
		['compare'],
		'Name what to measure: verify, identify, rollcall, impostors, liveness or passive.',
	],
	[
		['toString'],
		'Name what to measure: verify, identify, rollcall, impostors, liveness or passive.',
	],
	[['impostors'], '--images is missing. Example: --images ../photos'],
	[[...IMPOSTORS, '--held-out', ''], '--held-out is empty. Example: --held-out subjects.csv'],
	[[...IMPOSTORS, '--pairs', 'pairs.csv'], "Unknown option '--pairs'"],
	[[...IMPOSTORS, '--seed', '-1'], '--seed'],
	[['verify', '--images', 'photos'], '--pairs is missing. Example: --pairs pairs.csv'],
	[['liveness', '--attack', 'photos'], '--live is missing. Example: --live ../clips'],
	[[...LIVENESS, '--images', 'photos'], "Unknown option '--images'"],
	[['identify', '--images', ''], '--images is empty.'],
	[[...VERIFY, '--seed', '1'], "Unknown option '--seed'"],
	[[...ROLLCALL, '--baseline', 'human'], "Unknown option '--baseline'"],
	[[...VERIFY, 'more'], "Unexpected argument 'more'"],
	[[...VERIFY, '--baseline', 'other'], 'The only baseline is: --baseline human'],
	[[...VERIFY, '--pages', '0'], '--pages takes a whole number from 1 to 1000000.'],
	[[...IDENTIFY, '--frames', '1.5'], '--frames takes a whole number from 1 to 1000000.'],
])('refuses %j', (args, sentence) => {
	expect(() => readCommand(args)).toThrow(UsageError);
	expect(() => readCommand(args)).toThrow(sentence);
});
