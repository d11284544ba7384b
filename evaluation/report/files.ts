import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawDet, type DetDrawing } from './det';

export interface TextFile {
	path: string;
	content: string;
}

/** Writes a file, and its folder where that is absent. */
export async function writeTextFile(
	{ path: file, content }: TextFile,
	log: (line: string) => void,
): Promise<void> {
	await mkdir(path.dirname(path.resolve(file)), { recursive: true });
	await writeFile(file, content);
	log(`Written to ${file}.`);
}

/**
 * Writes the figures, and the drawing beside them.
 * @param json file; `out.json` gets its drawing, where there is one, as `out.svg`
 */
export async function writeResult(
	json: string,
	result: unknown,
	drawing: DetDrawing | null,
	log: (line: string) => void,
): Promise<void> {
	await mkdir(path.dirname(path.resolve(json)), { recursive: true });
	await writeFile(json, `${JSON.stringify(result, null, '\t')}\n`);
	if (drawing === null) {
		log(`Written to ${json}.`);
		return;
	}
	const svg = `${json.replace(/\.json$/i, '')}.svg`;
	await writeFile(svg, drawDet(drawing));
	log(`Written to ${json} and ${svg}.`);
}
