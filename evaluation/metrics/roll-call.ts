import { confusablePairs } from '$lib/server/domain/confusable';
import { thresholdsByFrames, type RecognitionPolicy } from '$lib/server/domain/policy';
import { fuseVectors } from '$lib/server/domain/references';
import {
	countSighting,
	judgeTracks,
	recognisedStudent,
	type Judgement,
	type NamedTrack,
} from '$lib/server/domain/tracks';
import { packGallery } from '$lib/server/matching/packed-gallery';
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
	/** Tracks of people who are no members. */
	strangers: number;
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
	judgement: Judgement;
	marked: Set<string>;
	/** Everybody who came before the camera so far. */
	walks: Walk[];
	counts: RollCallCounts;
	/** Candidates of the doubts that wait. */
	doubts: string[][];
}

/** Somebody before the camera. */
interface Walk {
	/** As the gallery names members. */
	name: string;
	isMember: boolean;
	seen: readonly Template[];
	track: NamedTrack | null;
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
	const names = members.map(({ subject }) => String(subject));
	const book: Book = {
		judgement: enrol(members, sights, policy),
		marked: new Set(),
		walks: [],
		counts: noCounts(),
		doubts: [],
	};
	for (const group of groups) {
		const walks = group.map((visitor) => enter(visitor, names, sights));
		book.walks.push(...walks);
		for (let tick = 0; tick < SIGHTINGS; tick++) look(walks, tick, book);
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
			strangers: sum.strangers + one.strangers,
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
		strangers: 0,
		unseen: 0,
		members: 0,
		unmarked: 0,
		doubtful: 0,
		sightingsToName: [],
	};
}

/** What the server would hold of the class, and judge by. */
function enrol(
	members: DrawnRollCall['members'],
	{ reference }: Sights,
	policy: RecognitionPolicy,
): Judgement {
	const vectors = new Map(
		members.map(({ subject, references }) => [
			String(subject),
			references.flatMap((picture) => reference(picture)?.vector ?? []),
		]),
	);
	const gallery = packGallery(
		[...vectors].flatMap(([studentId, own]) => own.map((vector) => ({ studentId, vector }))),
	);
	const faces = [...vectors].map(([studentId, own]) => ({
		studentId,
		face: fuseVectors(own),
		references: own.length,
	}));
	const { studentIds, references } = gallery;
	const confusable = confusablePairs(
		gallery,
		faces.filter((face) => face.references > 0),
		policy,
	);
	return {
		gallery,
		thresholds: thresholdsByFrames(policy, { members: studentIds.length, references }),
		rivalsOf: (name) => confusable.rivalsOf(name),
		unconfirmed: new Set(),
		asksAboutPhotographs: false,
	};
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

function look(walks: readonly Walk[], tick: number, book: Book): void {
	const visible = walks.flatMap((walk) => {
		const template = walk.seen[tick % Math.max(1, walk.seen.length)];
		if (!template) return [];
		const sighting = { ...template, capturedAt: tick * EVERY_MS };
		const track = countSighting(walk.track, sighting);
		walk.track = track;
		return [{ walk, track }];
	});
	const decisions = judgeTracks(
		visible.map(({ walk, track }) => ({
			...track,
			ruledOut: new Map<string, number>(),
			elsewhere: elsewhere(walk, book),
		})),
		book.judgement,
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
			// With nobody of them left to mark there is nothing to ask, but about a contradicted mark.
			const isWorthAsking =
				decision.reason === 'contradicted' || candidates.some((id) => !book.marked.has(id));
			if (isWorthAsking) walk.doubt = candidates;
		}
	});
}

/** Who was recognised as another track. */
function elsewhere(own: Walk, { walks }: Book): ReadonlySet<string> {
	return new Set(walks.flatMap((walk) => (walk === own ? [] : (walk.track?.recognised ?? []))));
}

function leave({ isWrong, isMember, seen, rightAfter, doubt }: Walk, book: Book): void {
	const { counts } = book;
	counts.tracks++;
	if (isWrong) counts.wronglyNamed++;
	if (!isMember) counts.strangers++;
	if (isWrong && !isMember) counts.strangersNamed++;
	if (seen.length === 0) counts.unseen++;
	if (rightAfter !== null) counts.sightingsToName.push(rightAfter);
	if (doubt !== null) book.doubts.push(doubt);
}
