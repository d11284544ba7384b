import type { RecognitionPolicy } from '$lib/server/domain/evidence';
import { packGallery, type Gallery } from '$lib/server/domain/matching';
import {
	countSighting,
	judgeTracks,
	recognisedStudent,
	type WatchedTrack,
} from '$lib/server/domain/tracks';
import type { Template } from './comparison';
import type { DrawnRollCall, Visitor } from './roll-call-draw';

/** How pictures were measured; by number of the data set. */
export interface Sights {
	/** What a member is enrolled with by a picture. */
	reference: (picture: number) => Template | null;
	/** What a camera's gate lets through of a picture and its renditions. */
	sightings: (picture: number) => readonly Template[];
}

/** What came of one or several roll calls, counted. */
export interface RollCallCounts {
	tracks: number;
	/** Tracks that were named as somebody else at any time, and those of strangers among them. */
	wronglyNamed: number;
	strangersNamed: number;
	/** Tracks of which the camera's gate let nothing through. */
	unseen: number;
	members: number;
	/** Members without a mark, whom no doubt names either. */
	unmarked: number;
	/** Doubts that wait for the teacher at the end. */
	doubtful: number;
	/** Of each track that was named rightly: sightings until then. */
	sightingsToName: number[];
}

/** A face is in view for 3 s, and sent five times a second. */
const SIGHTINGS = 15;
const EVERY_MS = 200;

/** What the server remembers of one roll call. */
interface Book {
	marked: Set<string>;
	counts: RollCallCounts;
	/** Candidates of the doubts that wait. */
	doubts: string[][];
}

/** Somebody before the camera. */
interface Walk {
	/** As {@link Gallery} names members. */
	name: string;
	isMember: boolean;
	seen: readonly Template[];
	track: WatchedTrack | null;
	rightAfter: number | null;
	isWrong: boolean;
	doubt: string[] | null;
}

/**
 * Plays a roll call: each group is before the camera for three seconds, and every fifth of a second
 * the tracks that show somebody are counted and judged together, as a batch is by the server.
 */
export function playRollCall(
	{ members, groups }: DrawnRollCall,
	sights: Sights,
	policy: RecognitionPolicy,
): RollCallCounts {
	const gallery = enrol(members, sights);
	const names = members.map(({ subject }) => String(subject));
	const book: Book = { marked: new Set(), counts: noCounts(), doubts: [] };
	for (const group of groups) {
		const walks = group.map((visitor) => enter(visitor, names, sights));
		for (let tick = 0; tick < SIGHTINGS; tick++) look(walks, tick, { gallery, policy, book });
		for (const walk of walks) leave(walk, book);
	}
	const doubted = new Set(book.doubts.flat());
	const isLeftOut = (name: string) => !book.marked.has(name) && !doubted.has(name);
	return {
		...book.counts,
		members: members.length,
		unmarked: names.filter(isLeftOut).length,
		doubtful: book.doubts.length,
	};
}

/** Sums up roll calls. */
export function addCounts(all: readonly RollCallCounts[]): RollCallCounts {
	return all.reduce<RollCallCounts>(
		(sum, one) => ({
			tracks: sum.tracks + one.tracks,
			wronglyNamed: sum.wronglyNamed + one.wronglyNamed,
			strangersNamed: sum.strangersNamed + one.strangersNamed,
			unseen: sum.unseen + one.unseen,
			members: sum.members + one.members,
			unmarked: sum.unmarked + one.unmarked,
			doubtful: sum.doubtful + one.doubtful,
			sightingsToName: [...sum.sightingsToName, ...one.sightingsToName],
		}),
		noCounts(),
	);
}

function noCounts(): RollCallCounts {
	return {
		tracks: 0,
		wronglyNamed: 0,
		strangersNamed: 0,
		unseen: 0,
		members: 0,
		unmarked: 0,
		doubtful: 0,
		sightingsToName: [],
	};
}

function enrol(members: DrawnRollCall['members'], { reference }: Sights): Gallery {
	return packGallery(
		members.flatMap(({ subject, references }) =>
			references.flatMap((picture) => {
				const template = reference(picture);
				return template ? [{ studentId: String(subject), vector: template.vector }] : [];
			}),
		),
	);
}

function enter({ subject, pictures }: Visitor, members: readonly string[], sights: Sights): Walk {
	const name = String(subject);
	return {
		name,
		isMember: members.includes(name),
		// One rendition of each photo after the other: what follows is never almost the same.
		seen: alternate(pictures.map((picture) => sights.sightings(picture))),
		track: null,
		rightAfter: null,
		isWrong: false,
		doubt: null,
	};
}

function alternate<T>(lists: readonly (readonly T[])[]): T[] {
	const longest = Math.max(0, ...lists.map(({ length }) => length));
	return Array.from({ length: longest }, (_, i) =>
		lists.flatMap((list) => list.slice(i, i + 1)),
	).flat();
}

interface Room {
	gallery: Gallery;
	policy: RecognitionPolicy;
	book: Book;
}

function look(walks: readonly Walk[], tick: number, { gallery, policy, book }: Room): void {
	const visible = walks.flatMap((walk) => {
		const template = walk.seen[tick % Math.max(1, walk.seen.length)];
		if (!template) return [];
		const track = countSighting(walk.track, { ...template, capturedAt: tick * EVERY_MS }, policy);
		walk.track = track;
		return [{ walk, track }];
	});
	const decisions = judgeTracks(
		visible.map(({ track }) => track),
		gallery,
		policy,
	);
	visible.forEach(({ walk, track }, i) => {
		const decision = decisions[i]!;
		const named = recognisedStudent(decision);
		track.recognised = named;
		if (named !== null) {
			book.marked.add(named);
			// A track that becomes clear settles its doubt.
			walk.doubt = null;
			if (named === walk.name) walk.rightAfter ??= tick + 1;
			else walk.isWrong = true;
		} else if (decision.lane === 'doubtful') {
			const candidates = decision.candidates.map(({ studentId }) => studentId);
			// With nobody of them left to mark there is nothing to ask.
			if (candidates.some((id) => !book.marked.has(id))) walk.doubt = candidates;
		}
	});
}

function leave({ isWrong, isMember, seen, rightAfter, doubt }: Walk, book: Book): void {
	const { counts } = book;
	counts.tracks++;
	if (isWrong) counts.wronglyNamed++;
	if (isWrong && !isMember) counts.strangersNamed++;
	if (seen.length === 0) counts.unseen++;
	if (rightAfter !== null) counts.sightingsToName.push(rightAfter);
	if (doubt !== null) book.doubts.push(doubt);
}
