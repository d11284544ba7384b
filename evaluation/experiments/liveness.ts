import path from 'node:path';
import { ACTIONS, type Action, type TraceFrame } from '$lib/contract/liveness';
import type { LivenessRequest } from '../command';
import {
	liveAttempts,
	refusalOf,
	replays,
	sheetAttempts,
	type Attempt,
} from '../liveness/attempts';
import { SHEET_ATTACKS, sheetPoses, type SheetAttack } from '../liveness/attacks';
import { CLIP, drawPhotos, filesIn } from '../liveness/photos';
import { stretchesOf } from '../liveness/stretches';
import { readTraces, traceOf, type Showing, type Sighting } from '../liveness/traces';
import {
	shareOf,
	tally,
	upperBound,
	type Outcome,
	type Tally,
} from '../metrics/presentation-attacks';
import { percent, shortPercent, whole } from '../report/numbers';
import { table } from '../report/table';
import { UsageError } from '../usage-error';
import { assertFolder, type Report } from './experiment';

export type AttackType = SheetAttack | 'replayed';

/** Attempts of people, and of attacks by type. */
export interface Attempts {
	live: Attempt[];
	attacks: ReadonlyMap<AttackType, Attempt[]>;
}

/**
 * Shows clips and photos to the face engine, and judges what it saw as the server would.
 * @returns null when the signal ended it
 * @throws UsageError when a folder holds nothing to show
 */
export async function measureLiveness(
	request: LivenessRequest,
	around: { signal: AbortSignal; log: (line: string) => void },
): Promise<Report | null> {
	const [clips, photos] = await Promise.all([clipsOf(request), photosOf(request)]);
	const shown = [...clips.flatMap(showClip), ...photos.flatMap(showPhoto)];
	const showings = shown.map(({ showing }) => showing);
	const { pages, cache: cacheFolder } = request;
	const sightings = await readTraces(showings, { pages, cacheFolder, ...around });
	if (sightings === null) return null;
	const seen = shown.map(({ file, sheet }, i) => ({ file, sheet, sighting: sightings[i] ?? null }));
	return reportOn(attemptsOf(seen), seen);
}

async function clipsOf({ live }: LivenessRequest): Promise<string[]> {
	await assertFolder('live', live);
	const clips = await filesIn(live, CLIP);
	if (clips.length === 0) throw new UsageError(`${live} holds no clips: mp4, mov, webm or mkv.`);
	return clips.map((name) => path.join(live, name));
}

async function photosOf({ attack, photos: count, seed }: LivenessRequest): Promise<string[]> {
	await assertFolder('attack', attack);
	const photos = await drawPhotos(attack, count, seed);
	if (photos.length === 0) throw new UsageError(`${attack} holds no photos.`);
	return photos.map((name) => path.join(attack, name));
}

/** Something that was shown, and what was seen of it. */
interface Seen {
	file: string;
	/** What a sheet imitated, and how; null for a clip. */
	sheet: { attack: SheetAttack; action: Action } | null;
	sighting: Sighting;
}

type Shown = Omit<Seen, 'sighting'> & { showing: Showing };

/** As it is, and mirrored: who turns to one side turns to both. */
function showClip(file: string): Shown[] {
	return [false, true].map((isMirrored) => ({
		file,
		sheet: null,
		showing: { kind: 'clip', file, isMirrored },
	}));
}

function showPhoto(file: string, number: number): Shown[] {
	return SHEET_ATTACKS.flatMap((attack) =>
		ACTIONS.map((action): Shown => {
			const poses = sheetPoses(number, attack, action);
			return { file, sheet: { attack, action }, showing: { kind: 'sheet', file, poses } };
		}),
	);
}

function attemptsOf(seen: readonly Seen[]): Attempts {
	const clips = seen.flatMap(({ file, sheet, sighting }) => {
		if (sheet !== null || !sighting?.length) return [];
		const live = liveAttempts(file, stretchesOf(sighting));
		return [{ live, replayed: replays(file, live, traceOf(sighting)) }];
	});
	const sheets = SHEET_ATTACKS.map((attack) => [attack, attemptsBy(attack, seen)] as const);
	return {
		live: clips.flatMap(({ live }) => live),
		attacks: new Map([...sheets, ['replayed', clips.flatMap(({ replayed }) => replayed)]]),
	};
}

/** A photo without a face attempts nothing. */
function attemptsBy(attack: SheetAttack, seen: readonly Seen[]): Attempt[] {
	const parts = new Map<string, Map<Action, TraceFrame[]>>();
	for (const { file, sheet, sighting } of seen) {
		if (sheet?.attack !== attack || sighting === null) continue;
		const ofPhoto = parts.get(file) ?? new Map<Action, TraceFrame[]>();
		parts.set(file, ofPhoto.set(sheet.action, traceOf(sighting)));
	}
	return [...parts].flatMap(([photo, ofPhoto]) => sheetAttempts(photo, ofPhoto));
}

const outcomesOf = (attempts: readonly Attempt[]): Outcome[] =>
	attempts.map((attempt) => ({ source: attempt.source, passed: refusalOf(attempt) === null }));

function reportOn({ live, attacks }: Attempts, seen: readonly Seen[]): Report {
	const people = tally(outcomesOf(live));
	const types = [...attacks].map(
		([type, attempts]) => [type, tally(outcomesOf(attempts))] as const,
	);
	const refused = people.attempts - people.passed;
	const byType = <T>(value: (of: Tally) => T) =>
		Object.fromEntries(types.map(([type, of]) => [type, value(of)]));
	return {
		lines: [
			'',
			...peopleLines(live, people),
			'',
			...table([
				['attack', 'attempts', 'passed', 'APCER', 'sources', 'that passed', '95 % at most'],
				...types.map(([type, of]) => attackRow(type, of)),
			]),
			'',
			...unusable(seen),
		],
		result: {
			bpcer: shareOf(refused, people.attempts),
			apcer: byType((of) => shareOf(of.passed, of.attempts)),
			live: people.attempts,
			whole: live.filter(({ isHalf }) => !isHalf).length,
			attacks: types.reduce((sum, [, of]) => sum + of.attempts, 0),
			refused: reasonsOf(live),
			tallies: byType((of) => of),
		},
		drawing: null,
	};
}

function peopleLines(live: readonly Attempt[], { attempts, passed, sources }: Tally): string[] {
	if (attempts === 0) return ['No clip shows anything that can be asked for: no BPCER.'];
	const refused = attempts - passed;
	const halves = live.filter(({ isHalf }) => isHalf).length;
	const reasons = Object.entries(reasonsOf(live)).map(([reason, count]) => `${reason} ${count}`);
	return [
		`BPCER ${percent(refused / attempts)}: ${whole(refused)} of ${whole(attempts)} attempts from ${whole(sources)} clips, 95 % at most ${shortPercent(upperBound(refused, attempts))} were they independent.`,
		`  ${whole(halves)} of them show one action only, and count where the server then waits for the second.`,
		...(reasons.length > 0 ? [`  refused: ${reasons.join(', ')}`] : []),
	];
}

function reasonsOf(attempts: readonly Attempt[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const attempt of attempts) {
		const reason = refusalOf(attempt);
		if (reason !== null) counts[reason] = (counts[reason] ?? 0) + 1;
	}
	return counts;
}

function attackRow(type: string, of: Tally): string[] {
	return [
		type,
		whole(of.attempts),
		whole(of.passed),
		percent(shareOf(of.passed, of.attempts)),
		whole(of.sources),
		whole(of.passedSources),
		of.sources === 0 ? '–' : shortPercent(upperBound(of.passedSources, of.sources)),
	];
}

/** @returns lines that name what could not be shown, or shows no face */
function unusable(seen: readonly Seen[]): string[] {
	const useful = new Set(seen.filter(({ sighting }) => sighting?.length).map(({ file }) => file));
	const others = new Set(seen.map(({ file }) => file).filter((file) => !useful.has(file)));
	return others.size === 0
		? []
		: ['Without a face, or not to be read:', ...[...others].map((file) => `  ${file}`)];
}
