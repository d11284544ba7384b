import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mean, shuffle } from 'simple-statistics';
import { PairTally } from '$lib/server/domain/calibration';
import { fuseVectors } from '$lib/server/domain/references';
import type { Somebody } from './impostor-scores';
import type { Comparison } from './comparison';

/** How schools of the people are judged by `npm run calibrate`, all of whose scores were raised. */
export interface JudgedSchools {
	people: number;
	/** Added to every score: how much more alike they are than those of the table. */
	raised: number;
	/** Share of the schools for which the default does not hold. */
	refused: number;
	/** Mean rise of thresholds in those schools; null where there are none. */
	scoreShift: number | null;
}

const SIZES = [30, 100, 200];
const RAISED = [0, 0.02, 0.03, 0.05];
const SCHOOLS = 200;
const REFERENCES = 3;
const STRANGERS_PER_WRONG_NAME = 1000;

/** Draws schools and lets the server's own rule judge them, by the table that is in the program. */
export function judgeSchools(
	people: readonly Somebody[],
	comparison: Comparison,
	seed: number,
): JudgedSchools[] {
	const generator = xoroshiro128plus(seed);
	const random = () => uniformFloat64(generator);
	const enrolled = people.filter(({ references }) => references.length > 0);
	return SIZES.filter((size) => size <= enrolled.length).flatMap((size) => {
		const shifts = Array.from({ length: SCHOOLS }, () => {
			const faces = shuffle(enrolled, random)
				.slice(0, size)
				.map(({ references }) => enrol(references, comparison, random));
			return shiftsOf(faces, comparison);
		});
		return RAISED.map((raised, i) => {
			const refused = shifts.map((of) => of[i]!).filter((shift) => shift > 0);
			return {
				people: size,
				raised,
				refused: refused.length / SCHOOLS,
				scoreShift: refused.length > 0 ? mean(refused) : null,
			};
		});
	});
}

interface Face {
	fused: Float32Array;
	vectors: Float32Array[];
	likeness: (largest: number, sum: number) => number;
}

function enrol(
	references: Somebody['references'],
	comparison: Comparison,
	random: () => number,
): Face {
	const vectors = shuffle([...references], random)
		.slice(0, REFERENCES)
		.map(({ vector }) => vector);
	return { fused: fuseVectors(vectors), vectors, likeness: comparison.likenessTo(vectors) };
}

/** By how much thresholds would rise for each of {@link RAISED}. */
function shiftsOf(faces: readonly Face[], { similarity }: Comparison): number[] {
	const tallies = RAISED.map(() => new PairTally(faces.length, STRANGERS_PER_WRONG_NAME));
	faces.forEach(({ fused, vectors: { length: frames } }, one) => {
		for (let other = one + 1; other < faces.length; other++) {
			const { vectors, likeness } = faces[other]!;
			const cosines = vectors.map((vector) => similarity(fused, vector));
			const sum = cosines.reduce((all, cosine) => all + cosine, 0);
			const score = likeness(Math.max(...cosines), sum);
			const pair = { one, other, references: vectors.length, frames };
			tallies.forEach((tally, i) => tally.add({ ...pair, score: score + RAISED[i]! }));
		}
	});
	return tallies.map((tally) => tally.figures().scoreShift);
}
