import * as v from 'valibot';

const GraphSchema = v.object({
	/** Address of a TensorFlow.js graph model, its weights beside it. */
	url: v.pipe(v.string(), v.startsWith('/models/')),
});

/** `models/prepared/index.json`: where the browser finds the model files, and which embedder it is. */
export const ModelIndexSchema = v.object({
	embedder: v.object({
		...GraphSchema.entries,
		/** Vectors of different ids cannot be compared. */
		id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
		dimensions: v.pipe(v.number(), v.integer(), v.minValue(1)),
	}),
	detector: GraphSchema,
	mesh: GraphSchema,
	/** Folder of TensorFlow.js's WebAssembly files; ends with a slash. */
	wasm: v.object({ url: v.pipe(v.string(), v.startsWith('/models/'), v.endsWith('/')) }),
	/** What the first use of a camera fetches, in bytes; the server adds the face worker's own. */
	bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
export type ModelIndex = v.InferOutput<typeof ModelIndexSchema>;

/**
 * Changes whenever the vector of the same photo changes: detector, mesh, alignment or exposure.
 * References and sightings carry it, so that vectors made alike are told from others: the server
 * compares no other ones.
 */
export const PIPELINE_VERSION = 'blazeface-mesh468-gamma-2';
