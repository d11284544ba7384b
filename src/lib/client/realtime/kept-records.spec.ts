// Protects what waits on a device over a reload: it comes back as it was, and what cannot be read does no
// harm. (Each kind of item: outbox-store.spec.ts.)
import { expect, it } from 'vitest';
import { decodeContent, encodeContent, type KeptContent } from './kept-records';
import { addBatch, type SeenTrack } from './late-tracks';
import { newId } from './new-id';

/** Seen twice, with a face that turned a little in between. */
function seenTrack(): SeenTrack {
	const source = { rollCallId: newId(), cameraId: newId(), modelId: 'm', pipelineVersion: 'p' };
	const tracks = new Map<string, SeenTrack>();
	for (const [capturedAt, x, y] of [
		[5, 1, 0],
		[9, 0.8, 0.6],
	] as const) {
		const vector = new Float32Array(512);
		vector.set([x, y], 3);
		const sightings = [{ trackId: 7, quality: 0.5, vector }];
		addBatch(tracks, { ...source, id: newId(), capturedAt, visible: [7], sightings }, true);
	}
	const [track] = tracks.values();
	return track!;
}

it('brings a track back as it was, to be fused on', () => {
	const track = seenTrack();
	const back = decodeContent(encodeContent({ what: 'track', track }));
	if (back?.what !== 'track') throw new Error('expected a track');
	const { sum, ...rest } = track;
	expect(back.track).toMatchObject(rest);
	sum.forEach((value, i) => expect(back.track.sum[i]).toBeCloseTo(value, 6));
});

it('is nothing where bytes are missing, or are of another shape', () => {
	const content: KeptContent = { what: 'track', track: seenTrack() };
	const bytes = encodeContent(content);
	expect(decodeContent(bytes.subarray(0, bytes.length - 4))).toBe(null);
	expect(decodeContent(bytes.subarray(0, 2))).toBe(null);
	const words = new TextEncoder().encode('{"what":"picture"}');
	const other = new Uint8Array(4 + words.length);
	other[0] = words.length;
	other.set(words, 4);
	expect(decodeContent(other)).toBe(null);
});
