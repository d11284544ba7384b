import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { shuffle } from 'simple-statistics';
import type { Subject } from '../datasets/subjects';
import { UsageError } from '../usage-error';

/** Pictures of one person; both by their numbers in the data set. */
export interface PictureGroup {
	subject: number;
	pictures: number[];
}

/** A class, who searches in it, and who does though they are no members. */
export interface Trial {
	/** Members with what they are enrolled with: maybe nothing, where no face was found. */
	gallery: PictureGroup[];
	members: PictureGroup[];
	strangers: PictureGroup[];
}

export interface DrawOptions {
	/** Members; undefined: all who can be enrolled where there are sets, else 30. */
	classSize?: number | undefined;
	/** Pictures a member is enrolled with; all of the gallery where there are sets. */
	references: number;
	/** Pictures of a probe. */
	frames: number;
	classes: number;
	seed: number;
	hasSets: boolean;
}

const CLASS_SIZE = 30;

type Random = () => number;

/**
 * Draws classes. The same seed draws the same, and the same people whatever faces were found.
 *
 * @param hasFace whether a face was found in a picture: one without is not enrolled
 * @throws UsageError when there are fewer people than a class has members
 */
export function drawTrials(
	subjects: readonly Subject[],
	hasFace: (picture: number) => boolean,
	options: DrawOptions,
): Trial[] {
	const { references, frames, hasSets } = options;
	const enrollable = [...subjects.keys()].filter((number) => {
		const pictures = subjects[number]?.gallery.length ?? 0;
		return hasSets ? pictures > 0 : pictures >= references + frames;
	});
	const classSize = options.classSize ?? (hasSets ? enrollable.length : CLASS_SIZE);
	if (enrollable.length < classSize) throw tooFew(enrollable.length, classSize, options);
	const generator = xoroshiro128plus(options.seed);
	const random = () => uniformFloat64(generator);
	// A class of everybody is one class, however often it is drawn.
	const isFixed = hasSets && classSize === enrollable.length;
	return Array.from({ length: isFixed ? 1 : options.classes }, () => {
		const drawn = isFixed ? enrollable : shuffle(enrollable, random).slice(0, classSize);
		return drawTrial(subjects, new Set(drawn), hasFace, options, random);
	});
}

function tooFew(people: number, classSize: number, options: DrawOptions): UsageError {
	const { references, frames, hasSets } = options;
	const able = hasSets
		? 'have pictures of the set gallery'
		: `have the ${references + frames} pictures that ${references} references and ${frames} probe pictures need`;
	return new UsageError(
		`A class of ${classSize} needs ${classSize} people; ${people} ${able}. Ask for a smaller --class-size.`,
	);
}

function drawTrial(
	subjects: readonly Subject[],
	members: ReadonlySet<number>,
	hasFace: (picture: number) => boolean,
	options: DrawOptions,
	random: Random,
): Trial {
	const trial: Trial = { gallery: [], members: [], strangers: [] };
	for (const [subject, { gallery, probes }] of subjects.entries()) {
		// Shuffled for strangers too: what is drawn must not hang on who is a member.
		const order = shuffle(probes, random);
		if (!members.has(subject)) {
			trial.strangers.push(...inGroups(subject, order, options.frames));
			continue;
		}
		const { enrolled, left } = options.hasSets
			? { enrolled: gallery.filter(hasFace), left: order }
			: enrol(order, options.references, hasFace);
		trial.gallery.push({ subject, pictures: enrolled });
		trial.members.push(...inGroups(subject, left, options.frames));
	}
	return trial;
}

/** Takes pictures in order until there are references enough; as at a camera, none without a face. */
function enrol(
	pictures: readonly number[],
	references: number,
	hasFace: (picture: number) => boolean,
): { enrolled: number[]; left: number[] } {
	const enrolled: number[] = [];
	let taken = 0;
	while (taken < pictures.length && enrolled.length < references) {
		const picture = pictures[taken++]!;
		if (hasFace(picture)) enrolled.push(picture);
	}
	return { enrolled, left: pictures.slice(taken) };
}

/** @returns probes of so many pictures each; those that are left over make none */
function inGroups(subject: number, pictures: readonly number[], size: number): PictureGroup[] {
	return Array.from({ length: Math.floor(pictures.length / size) }, (_, i) => ({
		subject,
		pictures: pictures.slice(i * size, (i + 1) * size),
	}));
}
