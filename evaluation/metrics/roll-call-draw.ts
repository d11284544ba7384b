import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { shuffle } from 'simple-statistics';
import type { Subject } from '../datasets/subjects';
import { UsageError } from '../usage-error';

/** Somebody who walks in, with the pictures that the camera sees of them. Numbers of the data set. */
export interface Visitor {
	subject: number;
	pictures: number[];
}

export interface DrawnRollCall {
	/** Members, with the pictures that they are enrolled with. */
	members: { subject: number; references: number[] }[];
	/** Members and strangers in the order in which they walk in; those of a group come together. */
	groups: Visitor[][];
}

export interface RollCallDrawing {
	classSize: number;
	strangers: number;
	rollCalls: number;
	seed: number;
}

const REFERENCES = 3;
/** Photos of a person that one track is made of, at most. */
const MAX_PICTURES = 3;
/** People who walk in together, at most. */
const MAX_GROUP = 4;

type Random = () => number;

/**
 * Draws roll calls; the same seed draws the same.
 *
 * @param canEnrol whether a picture is good enough for a reference
 * @throws UsageError when there are fewer people than a class and its strangers
 */
export function drawRollCalls(
	subjects: readonly Subject[],
	canEnrol: (picture: number) => boolean,
	options: RollCallDrawing,
): DrawnRollCall[] {
	const enrollable = [...subjects.keys()].filter((number) => isEnrollable(subjects[number]));
	const { classSize, strangers } = options;
	if (enrollable.length < classSize || subjects.length < classSize + strangers) {
		throw new UsageError(
			`A class of ${classSize} with ${strangers} strangers needs ${classSize + strangers} people, ${classSize} of them with ${REFERENCES + 1} pictures; there are ${subjects.length}, and ${enrollable.length}. Ask for a smaller --class-size or fewer --strangers.`,
		);
	}
	const generator = xoroshiro128plus(options.seed);
	const random = () => uniformFloat64(generator);
	return Array.from({ length: options.rollCalls }, () => {
		const ofClass = shuffle(enrollable, random).slice(0, classSize);
		const others = [...subjects.keys()].filter((number) => !ofClass.includes(number));
		const members = ofClass.map((subject) => ({
			subject,
			references: shuffle(subjects[subject]?.gallery ?? [], random)
				.filter(canEnrol)
				.slice(0, REFERENCES),
		}));
		const visitors = [
			...members.map(({ subject, references }) => visit(subjects, subject, references, random)),
			...shuffle(others, random)
				.slice(0, strangers)
				.map((subject) => visit(subjects, subject, [], random)),
		];
		return { members, groups: inGroups(shuffle(visitors, random), random) };
	});
}

function isEnrollable(subject: Subject | undefined): boolean {
	const { gallery = [], probes = [] } = subject ?? {};
	return gallery.length >= REFERENCES && new Set([...gallery, ...probes]).size > REFERENCES;
}

function visit(
	subjects: readonly Subject[],
	subject: number,
	references: readonly number[],
	random: Random,
): Visitor {
	const probes = subjects[subject]?.probes ?? [];
	const others = probes.filter((picture) => !references.includes(picture));
	return { subject, pictures: shuffle(others, random).slice(0, upTo(MAX_PICTURES, random)) };
}

function inGroups(visitors: readonly Visitor[], random: Random): Visitor[][] {
	const groups: Visitor[][] = [];
	for (let next = 0; next < visitors.length; next += groups.at(-1)?.length ?? 1) {
		groups.push(visitors.slice(next, next + upTo(MAX_GROUP, random)));
	}
	return groups;
}

/** @returns a whole number from 1 */
const upTo = (most: number, random: Random) => 1 + Math.floor(random() * most);
