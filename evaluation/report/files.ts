import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawDet, type DetDrawing } from './det';

/**
 * Writes the figures, and the drawing beside them.
 * @param json file; `out.json` gets its drawing as `out.svg`
 */
export async function writeResult(
	json: string,
	result: unknown,
	drawing: DetDrawing,
	log: (line: string) => void,
): Promise<void> {
	const svg = `${json.replace(/\.json$/i, '')}.svg`;
	await mkdir(path.dirname(path.resolve(json)), { recursive: true });
	await writeFile(json, `${JSON.stringify(result, null, '\t')}\n`);
	await writeFile(svg, drawDet(drawing));
	log(`Written to ${json} and ${svg}.`);
}
