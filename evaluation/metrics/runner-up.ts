import { quantileSorted } from 'simple-statistics';
import type { Comparison, Template } from './comparison';
import type { PictureGroup, Trial } from './draw';

/** How far the first is before the next, in classes of 30 with three references each. */
export interface RunnerUpGaps {
	/** Of members, the right person's score less the best other's: 999 in 1,000 have at least this. */
	members: number;
	/** Of strangers, half of them. */
	strangers: number;
	memberProbes: number;
	strangerProbes: number;
}

/**
 * @param templates by number of the picture
 * @returns null without members or strangers
 */
export function measureGaps(
	trials: readonly Trial[],
	templates: readonly (Template | null)[],
	comparison: Comparison,
): RunnerUpGaps | null {
	const found = (pictures: readonly number[]) =>
		pictures.flatMap((picture) => templates[picture] ?? []);
	const members: number[] = [];
	const strangers: number[] = [];
	for (const { gallery, ...searching } of trials) {
		const rows = gallery.map(({ subject, pictures }) => {
			const vectors = found(pictures).map(({ vector }) => vector);
			return { subject, vectors, likeness: comparison.likenessTo(vectors) };
		});
		const search = ({ pictures }: PictureGroup) => {
			const seen = found(pictures);
			if (seen.length === 0) return [];
			const probe = comparison.fuse(seen);
			return rows.map(({ subject, vectors, likeness }) => {
				const cosines = vectors.map((vector) => comparison.similarity(probe, vector));
				const sum = cosines.reduce((all, one) => all + one, 0);
				return { subject, score: likeness(Math.max(...cosines), sum) };
			});
		};
		for (const probe of searching.members) {
			const standing = search(probe);
			const right = standing.find(({ subject }) => subject === probe.subject);
			const others = standing.filter((one) => one !== right).map(({ score }) => score);
			if (right) members.push(right.score - Math.max(...others));
		}
		for (const probe of searching.strangers) {
			const [best, next] = search(probe)
				.map(({ score }) => score)
				.sort((a, b) => b - a);
			if (best !== undefined && next !== undefined) strangers.push(best - next);
		}
	}
	if (members.length === 0 || strangers.length === 0) return null;
	return {
		members: quantileSorted(
			members.sort((a, b) => a - b),
			0.001,
		),
		strangers: quantileSorted(
			strangers.sort((a, b) => a - b),
			0.5,
		),
		memberProbes: members.length,
		strangerProbes: strangers.length,
	};
}
