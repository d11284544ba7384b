import * as v from 'valibot';

/** Vite's manifest (`.vite/manifest.json`) by source, as far as it is used here. */
export const BuildManifestSchema = v.record(
	v.string(),
	v.object({
		file: v.string(),
		imports: v.optional(v.array(v.string()), []),
		css: v.optional(v.array(v.string()), []),
	}),
);
export type BuildManifest = v.InferOutput<typeof BuildManifestSchema>;

/**
 * The files that the app needs to show a page at all: entry points with everything that they import
 * at once. What a page loads later, when it is opened, is not among them.
 *
 * @param entries sources in it
 * @returns paths from the client's folder on, without a slash before them
 * @throws Error when an entry is not in the manifest
 */
export function shellFiles(
	manifest: Readonly<BuildManifest>,
	entries: readonly string[],
): Set<string> {
	const files = new Set<string>();
	const open = new Set(entries);
	// A Set takes what is added while it is walked through.
	for (const source of open) {
		const chunk = manifest[source];
		if (chunk === undefined) throw new Error(`The build has no ${source}.`);
		for (const file of [chunk.file, ...chunk.css]) files.add(file);
		for (const imported of chunk.imports) open.add(imported);
	}
	return files;
}
