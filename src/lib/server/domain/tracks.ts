import type { Surroundings } from '$lib/contract/surroundings';
import { assign, type Pair } from './assignment';
import {
	addSighting,
	fusedVector,
	isDecidable,
	type SightingOfTrack,
	type TrackEvidence,
} from './evidence';
import { decide, MARGIN, PENDING, type Claim, type Decision } from './lanes';
import type { Candidate, Gallery, Standing } from './matching';
import { isWatched, looksLikePhotograph } from './photographs';
import type { Thresholds } from './policy';

/** A track, and the name that it has. */
export interface NamedTrack {
	evidence: TrackEvidence;
	/** The student as whom it is recognised at the moment. */
	recognised: string | null;
	/** Whether it has looked like a photograph. */
	looksFlat: boolean;
}

/** A sighting with what its camera noticed beside the face, where it noticed anything. */
export interface SightingInPlace extends SightingOfTrack {
	surroundings?: Surroundings | null | undefined;
}

/** A track in view, with what else is known of it. */
export interface WatchedTrack extends NamedTrack {
	/**
	 * Students of whom the teacher said that they are not a face like this one, and how like it is to
	 * that face: whom the track resembles more than it does that face may still be meant.
	 */
	ruledOut: ReadonlyMap<string, number>;
	/** Students who were recognised on other tracks, of this camera or another. */
	elsewhere: ReadonlySet<string>;
}

/** What the tracks of a moment are judged by. */
export interface Judgement {
	gallery: Gallery;
	/** The policy's scores for a number of fused frames. */
	thresholds: (frames: number) => Thresholds;
	/** Members too alike to a student for a camera to decide between them. */
	rivalsOf: (studentId: string) => readonly string[];
	/** Students of whom nobody has said yet that the enrolled face is theirs. */
	unconfirmed: ReadonlySet<string>;
	/** Whether what looks like a photograph is asked about, and watched for before a name is given. */
	asksAboutPhotographs: boolean;
}

/** Adds a sighting to its track; one that contradicts it starts the track over, with nothing known. */
export function countSighting(known: NamedTrack | null, sighting: SightingInPlace): NamedTrack {
	const { surroundings = null, ...seen } = sighting;
	const evidence = addSighting(known?.evidence ?? null, seen);
	const earlier = known === null || evidence.sightings === 1 ? null : known;
	return {
		evidence,
		recognised: earlier?.recognised ?? null,
		looksFlat: (earlier?.looksFlat ?? false) || looksLikePhotograph(surroundings),
	};
}

/**
 * What the evidence of all tracks in view says of each of them: nobody is in two places, so the names
 * are given so that they fit best over the whole frame.
 * @returns decisions in the order of the tracks
 */
export function judgeTracks(tracks: readonly WatchedTrack[], judgement: Judgement): Decision[] {
	const decidable = tracks.filter(({ evidence }) => isDecidable(evidence));
	const decisions = claimsOf(decidable, judgement).map(decide);
	const decided = new Map(decidable.map((track, i) => [track, decisions[i]!]));
	return tracks.map((track) => decided.get(track) ?? PENDING);
}

/** The student whom a decision names for sure. */
export function recognisedStudent({ lane, candidates }: Decision): string | null {
	return lane === 'recognised' ? (candidates[0]?.studentId ?? null) : null;
}

function claimsOf(
	tracks: readonly WatchedTrack[],
	{ gallery, thresholds, rivalsOf, unconfirmed, asksAboutPhotographs }: Judgement,
): Claim[] {
	if (tracks.length === 0) return [];
	const limits = tracks.map(({ evidence }) => thresholds(evidence.sightings));
	const floor = Math.min(...limits.map(({ ask }) => ask));
	const found = gallery.search(
		tracks.map(({ evidence }) => fusedVector(evidence)),
		floor,
	);
	const standings = found.map((standing, i) =>
		standing.filter(
			({ studentId, score }) => score > (tracks[i]!.ruledOut.get(studentId) ?? -Infinity),
		),
	);
	const assigned = assignNames(tracks, standings, limits);
	return tracks.map(({ evidence, recognised, elsewhere, looksFlat }, i) => {
		const own = assigned[i] ?? null;
		return {
			evidence,
			recognised,
			standing: standings[i]!,
			thresholds: limits[i]!,
			assigned: own,
			held: heldByOthers(assigned, i),
			taken: takenBy(assigned, i, standings[i]!),
			rivals: own === null ? [] : rivalsOf(own.studentId),
			isElsewhere: own !== null && elsewhere.has(own.studentId),
			isUnconfirmed: own !== null && unconfirmed.has(own.studentId),
			isPhotograph: asksAboutPhotographs && looksFlat,
			isStillWatched: asksAboutPhotographs && !isWatched(evidence),
		};
	});
}

/**
 * Gives each name to the track that it fits, by the scores above what is asked about. Whoever has a
 * name already keeps it until another fits clearly better: names do not flicker.
 */
function assignNames(
	tracks: readonly WatchedTrack[],
	standings: readonly Standing[],
	limits: readonly Thresholds[],
): (Candidate | null)[] {
	const columns = new Map<string, number>();
	const pairs: Pair[] = [];
	standings.forEach((standing, row) => {
		for (const { studentId, score } of standing) {
			const { ask } = limits[row]!;
			if (score < ask) continue;
			const column = columns.get(studentId) ?? columns.size;
			columns.set(studentId, column);
			const kept = studentId === tracks[row]!.recognised ? MARGIN : 0;
			// At the limit itself a name is still worth giving.
			pairs.push({ row, column, value: score - ask + kept + Number.EPSILON });
		}
	});
	const names = [...columns.keys()];
	return assign(standings.length, pairs).map((column, row) => {
		const name = column === null ? null : names[column];
		return standings[row]?.find(({ studentId }) => studentId === name) ?? null;
	});
}

function heldByOthers(assigned: readonly (Candidate | null)[], own: number): ReadonlySet<string> {
	return new Set(assigned.flatMap((holder, i) => (i === own ? [] : (holder?.studentId ?? []))));
}

/** Students whom another track has by so much more that they cannot be this one. */
function takenBy(
	assigned: readonly (Candidate | null)[],
	own: number,
	standing: Standing,
): ReadonlySet<string> {
	const taken = assigned.flatMap((holder, i) => {
		if (holder === null || i === own) return [];
		const here = standing.find(({ studentId }) => studentId === holder.studentId);
		return here === undefined || holder.score - here.score >= MARGIN ? [holder.studentId] : [];
	});
	return new Set(taken);
}
