import { groupBy } from '$lib/server/domain/group-by';
import { isWatched, looksLikePhotograph } from '$lib/server/domain/photographs';
import type { SentFace } from '../page/passive/protocol';

/** What became of one face that was followed. */
export interface Followed {
	/** When it could have been named, ms since the first frame. */
	decidedAt: number;
	/** Whether it looked like a photograph by then. */
	isDoubted: boolean;
}

/** @returns each face that was followed for long enough to be named, as the server would judge it */
export function followedIn(sent: readonly SentFace[]): Followed[] {
	const tracks = groupBy(sent, ({ trackId }) => String(trackId));
	return [...tracks.values()].flatMap((faces) => {
		const [first] = faces;
		const decides = faces.findIndex(({ at }, i) =>
			isWatched({ sightings: i + 1, firstAt: first.at, lastAt: at }),
		);
		if (decides < 0) return [];
		const until = faces.slice(0, decides + 1);
		return [
			{
				decidedAt: faces[decides]!.at,
				isDoubted: until.some(({ surroundings }) => looksLikePhotograph(surroundings)),
			},
		];
	});
}
