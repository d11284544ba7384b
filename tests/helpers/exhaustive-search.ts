import { likeness, type Reference, type Standing } from '../../src/lib/server/domain/matching';

/** The search as its definition reads: everybody, in float64, without any shortcut; likeliest first. */
export function searchExhaustively(
	references: readonly Reference[],
	probe: Float32Array,
): Standing {
	const ids = [...new Set(references.map(({ studentId }) => studentId))];
	return ids
		.map((studentId) => {
			const own = references.filter((one) => one.studentId === studentId);
			const products = own.map(({ vector }) => product(vector, probe));
			const all = new Float64Array(probe.length);
			for (const { vector } of own) vector.forEach((value, i) => (all[i]! += value));
			const sum = products.reduce((a, b) => a + b, 0);
			const length = Math.sqrt(product(all, all));
			return { studentId, score: likeness(Math.max(...products), sum, length) };
		})
		.sort((a, b) => b.score - a.score || (a.studentId < b.studentId ? -1 : 1));
}

function product(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}
