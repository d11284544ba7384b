import { parseArgs } from 'node:util';
import { messages } from '$lib/messages';

const text = messages.calibration.terminal;

/** What is asked for: to keep what is found, only to say it, or to forget what was found before. */
export type Request = 'apply' | 'dry-run' | 'reset' | 'help';

/** The command was called wrongly. The message is for the person at the terminal. */
export class UsageError extends Error {
	override name = 'UsageError';
}

/**
 * Reads the arguments that follow the program's name.
 * @throws UsageError that says what to write instead
 */
export function readArguments(args: readonly string[]): Request {
	const { help, 'dry-run': dryRun, reset } = parse(args);
	if (help) return 'help';
	if (dryRun && reset) throw new UsageError(text.both);
	if (reset) return 'reset';
	return dryRun ? 'dry-run' : 'apply';
}

function parse(args: readonly string[]) {
	const flag = { type: 'boolean', default: false } as const;
	try {
		return parseArgs({
			args: [...args],
			options: { 'dry-run': flag, reset: flag, help: { ...flag, short: 'h' } },
		}).values;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(`${reason}\n\n${text.usage}`);
	}
}
