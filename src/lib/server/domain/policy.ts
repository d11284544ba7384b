import type { RecognitionPolicy } from './evidence';

/**
 * The limits for a class of about 30 with three references each and the embedder of the manifest.
 *
 * They come from classes of 30 drawn at random from 90 people of Labeled Faces in the Wild (three
 * references, probes of three photos fused, everyone else a stranger; `npm run evaluate -- identify
 * --frames 3`, docs/accuracy.md): at 0.50 fewer than 1 in 1,000 strangers and no member fell on the
 * wrong side; from 0.40 on 2 in 100 strangers, so the teacher is asked there. A member's runner-up
 * was at least 0.34 behind in 999 of 1,000 probes, a stranger's 0.04 in half of them.
 * `samePersonScore` lies below 99 in 100 pairs of photos of one person and above 998 in 1,000 pairs
 * of two. A gallery that is twice as large lets about twice as many strangers through; 0.02 more
 * keeps the rate.
 */
export const RECOGNITION_POLICY: RecognitionPolicy = Object.freeze({
	acceptScore: 0.5,
	doubtScore: 0.4,
	margin: 0.1,
	minSightings: 3,
	minSpanMs: 400,
	weakMatchSightings: 6,
	samePersonScore: 0.3,
});
