import { VECTOR_DIMENSIONS } from '../../src/lib/contract/sightings';
import { normalise } from '../../src/lib/server/domain/matching';

/** Mulberry32: the same numbers in every run, 0..1. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A direction of the sphere without preference (Box and Muller), 512 float32 of unit length. */
function direction(next: () => number): Float32Array {
	const vector = Float32Array.from({ length: VECTOR_DIMENSIONS }, () => {
		const radius = Math.sqrt(-2 * Math.log(1 - next()));
		return radius * Math.cos(2 * Math.PI * next());
	});
	return normalise(vector);
}

export interface Person {
	/** Another capture each time: `likeness` is the cosine of two captures of this person. */
	capture(): Float32Array;
	captures(count: number): Float32Array[];
}

/**
 * A made-up person whose captures resemble each other by a cosine of about `likeness`, and a
 * stranger's by about 0 ± 0.04, as the embedder's do.
 */
export function createPerson(seed: number, likeness = 0.7): Person {
	const next = random(seed * 7919 + 1);
	const centre = direction(next);
	// Two captures share the centre's part only: a² / (a² + b²) = likeness.
	const noise = Math.sqrt(1 / likeness - 1);
	const capture = () => {
		const off = direction(next);
		return normalise(centre.map((value, i) => value + noise * (off[i] ?? 0)));
	};
	return { capture, captures: (count) => Array.from({ length: count }, capture) };
}

/** Somebody between two people: as alike to the one as to the other. */
export function createLookalike(a: Person, b: Person): Person {
	const capture = () => {
		const [one, other] = [a.capture(), b.capture()];
		return normalise(one.map((value, i) => value + (other[i] ?? 0)));
	};
	return { capture, captures: (count) => Array.from({ length: count }, capture) };
}
