import { availableParallelism } from 'node:os';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as v from 'valibot';
import { UsageError } from './usage-error';

export const USAGE = `npm run evaluate -- verify --images DIR --pairs FILE
npm run evaluate -- identify --images DIR --subjects CSV [--class-size 30] [--references 3]
                    [--frames 1] [--classes 200] [--seed 1]
npm run evaluate -- rollcall --images DIR --subjects CSV [--class-size 30] [--strangers 5]
                    [--roll-calls 200] [--seed 1]
npm run evaluate -- impostors --images DIR [--subjects CSV] [--held-out CSV] [--halvings 10]
                    [--seed 1] [--out FILE]
npm run evaluate -- liveness --live DIR --attack DIR [--photos 20] [--seed 1]
npm run evaluate -- passive --live DIR --attack DIR [--photos 20] [--seed 1]

  --images DIR       folder of the pictures
  --pairs FILE       CSV with the columns a,b,same, or LFW's pairs.txt
  --subjects CSV     columns path,subject[,set]; set is gallery or probe. Without it, impostors
                     takes every folder in DIR for a person
  --class-size N     members of a class (with sets: all who have gallery pictures)
  --references N     pictures that a member is enrolled with (with sets: all gallery pictures)
  --frames N         probe pictures of one person that are fused, as those of a track are
  --classes N        classes drawn at random
  --strangers N      people who walk in and do not belong to the class
  --roll-calls N     roll calls played, each with a class of its own
  --held-out CSV     people, as in --subjects, whom other commands test on: the table's level is
                     measured without them
  --halvings N       fits on half of the people and tests on the other half, so often
  --out FILE         writes the table of scores that the server takes its thresholds from
  --name TEXT        what the table calls the pictures (the name of their folder)
  --live DIR         clips of people: what they happen to do is what liveness asks for; passive
                     looks at them as at people who come in
  --attack DIR       photos that are moved, tilted, bent and zoomed before a virtual camera
  --photos N         photos that are drawn from them at random
  --seed N           another seed draws other classes and other pictures
All take:
  --json OUT.json    writes the figures, and beside them the DET curve of verify and identify
                     as OUT.svg
  --baseline human   measures Human's own embedding on the same pictures as well (verify, identify)
  --pages N          browser pages side by side (as many as there are processors; they slow each
                     other down, so measure ms an image with 1)
  --cache DIR        where measured pictures are kept`;

const CACHE = 'node_modules/.cache/facetrack-evaluation';

const text = (option: string, example: string) =>
	v.pipe(
		v.string(`--${option} is missing. Example: --${option} ${example}`),
		v.nonEmpty(`--${option} is empty. Example: --${option} ${example}`),
	);

function count(option: string, from: number) {
	const message = `--${option} takes a whole number from ${from} to 1000000.`;
	return v.pipe(
		v.string(),
		v.regex(/^\d+$/, message),
		v.transform(Number),
		v.minValue(from, message),
		v.maxValue(1_000_000, message),
	);
}

const everywhere = {
	json: v.optional(text('json', 'result.json')),
	pages: v.optional(count('pages', 1), () => String(availableParallelism())),
	cache: v.optional(text('cache', CACHE), CACHE),
};

const common = { ...everywhere, images: text('images', '../photos') };

const shared = {
	...common,
	baseline: v.optional(v.picklist(['human'], 'The only baseline is: --baseline human')),
};

const VerifySchema = v.object({
	...shared,
	command: v.literal('verify'),
	pairs: text('pairs', 'pairs.csv'),
});

const IdentifySchema = v.object({
	...shared,
	command: v.literal('identify'),
	subjects: text('subjects', 'subjects.csv'),
	'class-size': v.optional(count('class-size', 1)),
	references: v.optional(count('references', 1), '3'),
	frames: v.optional(count('frames', 1), '1'),
	classes: v.optional(count('classes', 1), '200'),
	seed: v.optional(count('seed', 0), '1'),
});

const RollCallSchema = v.object({
	...common,
	command: v.literal('rollcall'),
	subjects: text('subjects', 'subjects.csv'),
	'class-size': v.optional(count('class-size', 1), '30'),
	strangers: v.optional(count('strangers', 0), '5'),
	'roll-calls': v.optional(count('roll-calls', 1), '200'),
	seed: v.optional(count('seed', 0), '1'),
});

const ImpostorsSchema = v.object({
	...common,
	command: v.literal('impostors'),
	subjects: v.optional(text('subjects', 'subjects.csv')),
	'held-out': v.optional(text('held-out', 'subjects.csv')),
	halvings: v.optional(count('halvings', 0), '10'),
	out: v.optional(text('out', 'table.json')),
	name: v.optional(text('name', '"holiday photos"')),
	seed: v.optional(count('seed', 0), '1'),
});

const LivenessSchema = v.object({
	...everywhere,
	command: v.literal('liveness'),
	live: text('live', '../clips'),
	attack: text('attack', '../photos'),
	photos: v.optional(count('photos', 1), '20'),
	seed: v.optional(count('seed', 0), '1'),
});

const PassiveSchema = v.object({ ...LivenessSchema.entries, command: v.literal('passive') });

export type VerifyRequest = v.InferOutput<typeof VerifySchema>;
export type IdentifyRequest = v.InferOutput<typeof IdentifySchema>;
export type RollCallRequest = v.InferOutput<typeof RollCallSchema>;
export type ImpostorsRequest = v.InferOutput<typeof ImpostorsSchema>;
export type LivenessRequest = v.InferOutput<typeof LivenessSchema>;
export type PassiveRequest = v.InferOutput<typeof PassiveSchema>;
/** What measures pictures of one folder. */
export type PictureRequest = VerifyRequest | IdentifyRequest | RollCallRequest | ImpostorsRequest;
export type Request = PictureRequest | LivenessRequest | PassiveRequest;

const COMMANDS = {
	verify: VerifySchema,
	identify: IdentifySchema,
	rollcall: RollCallSchema,
	impostors: ImpostorsSchema,
	liveness: LivenessSchema,
	passive: PassiveSchema,
};

/**
 * Reads the arguments that follow the program's name.
 * @returns what is asked for, or `help`
 * @throws UsageError that says what to write instead
 */
export function readCommand(args: readonly string[]): Request | 'help' {
	if (args.some((arg) => arg === '--help' || arg === '-h')) return 'help';
	const [command, ...rest] = args;
	if (!isCommand(command)) {
		throw new UsageError(
			`Name what to measure: verify, identify, rollcall, impostors, liveness or passive.\n\n${USAGE}`,
		);
	}
	const schema = COMMANDS[command];
	const result = v.safeParse(schema, { command, ...optionsOf(rest, Object.keys(schema.entries)) });
	if (result.success) return result.output;
	throw new UsageError(result.issues.map(({ message }) => message).join('\n'));
}

function isCommand(name: string | undefined): name is keyof typeof COMMANDS {
	return name !== undefined && Object.hasOwn(COMMANDS, name);
}

function optionsOf(args: string[], names: readonly string[]): Record<string, unknown> {
	const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
		names.filter((name) => name !== 'command').map((name) => [name, { type: 'string' as const }]),
	);
	try {
		const { values } = parseArgs({ args, options });
		// Named even where they are absent, so that each says by itself what it needs.
		return Object.fromEntries(Object.keys(options).map((name) => [name, values[name]]));
	} catch (error) {
		throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
	}
}
