// Protects the command's contract: without a word it keeps what it finds, and whoever writes it
// wrongly is told what to write instead.
import { expect, it } from 'vitest';
import { readArguments, UsageError } from './arguments';

it.each([
	[[], 'apply'],
	[['--dry-run'], 'dry-run'],
	[['--reset'], 'reset'],
	[['--reset', '-h'], 'help'],
])('reads %j as %s', (args, request) => {
	expect(readArguments(args)).toBe(request);
});

it.each([
	[['--dry-run', '--reset'], 'Choose one: --dry-run changes nothing'],
	[['--dry'], "Unknown option '--dry'"],
	[['--reset=no'], "Option '--reset' does not take an argument"],
	[['reset'], "Unexpected argument 'reset'"],
])('refuses %j', (args, sentence) => {
	expect(() => readArguments(args)).toThrow(UsageError);
	expect(() => readArguments(args)).toThrow(sentence);
});
