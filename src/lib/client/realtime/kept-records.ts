import * as v from 'valibot';
import { DoubtAnswerSchema, ReopenDoubtSchema } from '$lib/contract/events';
import { LateTrackSchema } from '$lib/contract/late-sightings';
import { MarkRequestSchema, MarkRestSchema, UndoRestSchema } from '$lib/contract/marks';
import { decodeVectors, encodeVectors, SightingSchema } from '$lib/contract/sightings';
import { IdSchema, InstantSchema } from '$lib/contract/terms';
import { toSeenTrack, fromSeenTrack, type SeenTrack } from './late-tracks';
import type { OutboxItem } from './outbox';

/** What waits on a device: something to be sent, or a track that is still being fused. */
export type KeptContent =
	{ what: 'item'; item: OutboxItem; deviceTime: boolean } | { what: 'track'; track: SeenTrack };

const SourceSchema = v.object({
	rollCallId: IdSchema,
	cameraId: IdSchema,
	modelId: v.string(),
	pipelineVersion: v.string(),
});

const ItemSchema = v.variant('kind', [
	v.object({ kind: v.literal('mark'), request: MarkRequestSchema }),
	v.object({ kind: v.literal('rest'), request: MarkRestSchema }),
	v.object({ kind: v.literal('undoRest'), request: UndoRestSchema, rest: MarkRestSchema }),
	v.object({ kind: v.literal('answer'), request: DoubtAnswerSchema }),
	v.object({ kind: v.literal('reopen'), request: ReopenDoubtSchema }),
	v.object({
		kind: v.literal('sightings'),
		batch: v.object({
			...SourceSchema.entries,
			id: IdSchema,
			capturedAt: InstantSchema,
			visible: v.array(v.number()),
			sightings: v.array(SightingSchema),
		}),
	}),
	v.object({
		kind: v.literal('late'),
		batch: v.object({ ...SourceSchema.entries, id: IdSchema, tracks: v.array(LateTrackSchema) }),
	}),
]);

/** Without its vectors, which follow it in one block. */
const ContentSchema = v.variant('what', [
	v.object({ what: v.literal('item'), item: ItemSchema, deviceTime: v.boolean() }),
	v.object({
		what: v.literal('track'),
		source: SourceSchema,
		track: LateTrackSchema,
		deviceTime: v.boolean(),
	}),
]);
type PlainContent = v.InferOutput<typeof ContentSchema>;

/** As bytes: the length of the words (uint32, little-endian), the words as JSON, the vectors. */
export function encodeContent(content: KeptContent): Uint8Array<ArrayBuffer> {
	const { plain, vectors } = takeApart(content);
	const words = new TextEncoder().encode(JSON.stringify(plain));
	const rows = encodeVectors(vectors);
	const bytes = new Uint8Array(4 + words.length + rows.length);
	new DataView(bytes.buffer).setUint32(0, words.length, true);
	bytes.set(words, 4);
	bytes.set(rows, 4 + words.length);
	return bytes;
}

/** The inverse of {@link encodeContent}; null for what an older page kept in another shape. */
export function decodeContent(bytes: Uint8Array): KeptContent | null {
	try {
		const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
		const words = new TextDecoder().decode(bytes.subarray(4, 4 + length));
		const plain = v.safeParse(ContentSchema, JSON.parse(words));
		return plain.success
			? putTogether(plain.output, decodeVectors(bytes.subarray(4 + length)))
			: null;
	} catch {
		return null;
	}
}

function takeApart(content: KeptContent): { plain: PlainContent; vectors: Float32Array[] } {
	if (content.what === 'track') {
		const { source, track, deviceTime, fused, bestVector } = fromSeenTrack(content.track);
		return { plain: { what: 'track', source, track, deviceTime }, vectors: [fused, bestVector] };
	}
	const { what, item, deviceTime } = content;
	switch (item.kind) {
		case 'sightings': {
			const sightings = item.batch.sightings.map(({ vector: _, ...sighting }) => sighting);
			const plain = { kind: item.kind, batch: { ...item.batch, sightings } };
			const vectors = item.batch.sightings.map(({ vector }) => vector);
			return { plain: { what, item: plain, deviceTime }, vectors };
		}
		case 'late': {
			const tracks = item.batch.tracks.map(({ fused: _, bestVector: __, ...track }) => track);
			const plain = { kind: item.kind, batch: { ...item.batch, tracks } };
			const vectors = item.batch.tracks.flatMap(({ fused, bestVector }) => [fused, bestVector]);
			return { plain: { what, item: plain, deviceTime }, vectors };
		}
		default:
			return { plain: { what, item, deviceTime }, vectors: [] };
	}
}

/** @throws RangeError where the vectors are not those of the words */
function putTogether(plain: PlainContent, vectors: Float32Array[]): KeptContent {
	const vectorAt = (row: number): Float32Array => {
		const vector = vectors[row];
		if (vector === undefined) throw new RangeError('a vector is missing');
		return vector;
	};
	if (plain.what === 'track') {
		const { source, track, deviceTime } = plain;
		const fused = { fused: vectorAt(0), bestVector: vectorAt(1) };
		return { what: 'track', track: toSeenTrack({ source, track, deviceTime, ...fused }) };
	}
	const { what, item, deviceTime } = plain;
	if (item.kind === 'sightings') {
		const sightings = item.batch.sightings.map((one, row) => ({ ...one, vector: vectorAt(row) }));
		return { what, item: { kind: item.kind, batch: { ...item.batch, sightings } }, deviceTime };
	}
	if (item.kind === 'late') {
		const tracks = item.batch.tracks.map((track, row) => ({
			...track,
			fused: vectorAt(2 * row),
			bestVector: vectorAt(2 * row + 1),
		}));
		return { what, item: { kind: item.kind, batch: { ...item.batch, tracks } }, deviceTime };
	}
	return { what, item, deviceTime };
}
