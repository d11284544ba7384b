import type { Reference } from '../domain/matching';
import { DIMENSIONS } from './kernel/addresses.as';

/** References by their student, in any order. */
export type VectorsOf = Map<string, Float32Array[]>;

/** @throws {RangeError} when a vector does not have 512 numbers */
export function addReference(vectorsOf: VectorsOf, { studentId, vector }: Reference): void {
	checkVectors([vector]);
	const vectors = vectorsOf.get(studentId);
	if (vectors === undefined) vectorsOf.set(studentId, [vector]);
	else vectors.push(vector);
}

/** @throws {RangeError} when a vector does not have 512 numbers */
export function checkVectors(vectors: readonly Float32Array[]): void {
	const wrong = vectors.find(({ length }) => length !== DIMENSIONS);
	if (wrong === undefined) return;
	throw new RangeError(`A face vector has ${DIMENSIONS} numbers, this one ${wrong.length}.`);
}
