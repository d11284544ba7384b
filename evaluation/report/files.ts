import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawDet, type DetDrawing } from './det';

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
