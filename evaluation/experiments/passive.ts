import path from 'node:path';
import { groupBy } from '$lib/server/domain/group-by';
import type { PassiveRequest } from '../command';
import type { ShowingOptions } from '../extraction/showings';
import { CLIP, drawPhotos, filesIn } from '../liveness/photos';
import {
	shareOf,
	tally,
	upperBound,
	type Outcome,
	type Tally,
} from '../metrics/presentation-attacks';
import { PHOTO_ATTACKS, showPhoto } from '../passive/attacks';
import { followedIn } from '../passive/attempts';
import { lengthsOf, sightingsOf, type Presentation, type Sent } from '../passive/sightings';
import { percent, shortPercent, whole } from '../report/numbers';
import { table } from '../report/table';
import { UsageError } from '../usage-error';
import { assertFolder, type Report } from './experiment';

type Shown = Exclude<Presentation, { kind: 'length' }>;

/** What is shown, and in which row it counts. */
interface Row {
	row: string;
	isAttack: boolean;
	source: string;
	shown: Shown;
}

/** As fast as a modest tablet looks, ms between two frames. */
const FRAME_MS = 100;
/** People arrive so often in a clip, and are looked at for so long, ms. */
const ARRIVAL_MS = 400;
const LOOKED_AT_MS = 2400;
/** A clip's frame that is printed, ms into it. */
const PRINTED_AT_MS = 300;

/**
 * Shows people and photographs to the face engine as it runs on a teacher's tablet, and judges what
 * it sent as the server would.
 * @returns null when the signal ended it
 * @throws UsageError when a folder holds nothing to show
 */
export async function measurePassive(
	request: PassiveRequest,
	around: { signal: AbortSignal; log: (line: string) => void },
): Promise<Report | null> {
	const [clips, photos] = await Promise.all([clipsOf(request), photosOf(request)]);
	const options = { pages: request.pages, cacheFolder: request.cache, ...around };
	const rows = await rowsOf(clips, photos, options);
	if (rows === null) return null;
	const sent = await sightingsOf(
		rows.map(({ shown }) => shown),
		options,
	);
	return sent && reportOn(rows.map((row, i) => ({ ...row, sent: sent[i] ?? null })));
}

async function clipsOf({ live }: PassiveRequest): Promise<string[]> {
	await assertFolder('live', live);
	const clips = await filesIn(live, CLIP);
	if (clips.length === 0) throw new UsageError(`${live} holds no clips: mp4, mov, webm or mkv.`);
	return clips.map((name) => path.join(live, name));
}

async function photosOf({ attack, photos: count, seed }: PassiveRequest): Promise<string[]> {
	await assertFolder('attack', attack);
	const photos = await drawPhotos(attack, count, seed);
	if (photos.length === 0) throw new UsageError(`${attack} holds no photos.`);
	return photos.map((name) => path.join(attack, name));
}

async function rowsOf(
	clips: readonly string[],
	photos: readonly string[],
	options: ShowingOptions,
): Promise<Row[] | null> {
	const lengths = await lengthsOf(clips, options);
	if (lengths === null) return null;
	const playable = clips.flatMap((file, i) => {
		const length = lengths[i] ?? null;
		return length === null ? [] : [{ file, length }];
	});
	return [
		...playable.flatMap(({ file, length }) => [
			...peopleIn(file, length, false),
			...peopleIn(file, length, true),
		]),
		...photos.flatMap((file, number) => photoRows(file, null, number)),
		// As sharp, as near and as well lit as the people, and of the same ones.
		...playable.flatMap(({ file }, i) => photoRows(file, PRINTED_AT_MS, photos.length + i)),
	];
}

function peopleIn(file: string, length: number, inHand: boolean): Row[] {
	const arrivals = Math.ceil(length / ARRIVAL_MS);
	return Array.from({ length: arrivals }, (_, i) => {
		const from = i * ARRIVAL_MS;
		const part = { from, until: from + LOOKED_AT_MS, every: FRAME_MS, inHand };
		return {
			row: inHand ? 'camera in a hand' : 'camera on a stand',
			isAttack: false,
			source: file,
			shown: { kind: 'people', file, part },
		};
	});
}

function photoRows(file: string, clipAt: number | null, number: number): Row[] {
	return PHOTO_ATTACKS.map((attack) => ({
		row: clipAt === null ? attack : `${attack}, of a clip`,
		isAttack: true,
		source: file,
		shown: { kind: 'photo', file, clipAt, ...showPhoto(number, attack) },
	}));
}

type Seen = Row & { sent: Sent };

const errorRate = ({ attempts, passed }: Tally) => shareOf(passed, attempts);

/**
 * `passed` is the error: of people that they were doubted, of a photo that any face that was followed
 * on it was not.
 */
function outcomesOf({ source, isAttack, sent }: Seen): Outcome[] {
	const followed = followedIn(sent ?? []);
	if (!isAttack) return followed.map(({ isDoubted }) => ({ source, passed: isDoubted }));
	if (followed.length === 0) return [];
	return [{ source, passed: followed.some(({ isDoubted }) => !isDoubted) }];
}

/** By row. */
type Tallies = (readonly [string, Tally])[];

function talliesOf(seen: readonly Seen[]): Tallies {
	const rows = groupBy(seen, ({ row }) => row);
	return [...rows].map(([row, of]) => [row, tally(of.flatMap(outcomesOf))] as const);
}

function reportOn(seen: readonly Seen[]): Report {
	const people = talliesOf(seen.filter(({ isAttack }) => !isAttack));
	const attacks = talliesOf(seen.filter(({ isAttack }) => isAttack));
	const times = seen
		.filter(({ row }) => row === 'camera on a stand')
		.flatMap(({ sent }) => followedIn(sent ?? []).map(({ decidedAt }) => decidedAt));
	const byRow = <T>(of: Tallies, value: (one: Tally) => T) =>
		Object.fromEntries(of.map(([row, one]) => [row, value(one)]));
	return {
		lines: [
			'',
			...table([
				['people', 'followed', 'doubted', 'BPCER', 'clips', 'with a doubt', '95 % at most'],
				...people.map(([row, of]) => rowOf(row, of)),
			]),
			'',
			...table([
				['photographs', 'followed', 'passed', 'APCER', 'photos', 'that passed', '95 % at most'],
				...attacks.map(([row, of]) => rowOf(row, of)),
			]),
			'',
			...namedAfter(times),
		],
		result: {
			bpcer: byRow(people, errorRate),
			apcer: byRow(attacks, errorRate),
			tallies: { ...Object.fromEntries(people), ...Object.fromEntries(attacks) },
		},
		drawing: null,
	};
}

function rowOf(row: string, { attempts, passed, sources, passedSources }: Tally): string[] {
	return [
		row,
		whole(attempts),
		whole(passed),
		percent(shareOf(passed, attempts)),
		whole(sources),
		whole(passedSources),
		sources === 0 ? '–' : shortPercent(upperBound(passedSources, sources)),
	];
}

function namedAfter(times: readonly number[]): string[] {
	if (times.length === 0) return ['No clip shows a face for long enough.'];
	const middle = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
	return [`People could be named after ${(middle / 1000).toFixed(1)} s (median).`];
}
