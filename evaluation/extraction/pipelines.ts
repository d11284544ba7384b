import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { ModelIndexSchema, PIPELINE_VERSION } from '$lib/contract/models';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { humanComparison, serverComparison, type Comparison } from '../metrics/comparison';
import type { PipelineName } from './measurement';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODEL_INDEX = path.join(ROOT, 'models/prepared/index.json');
const HUMAN_PACKAGE = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/human')),
	'../package.json',
);

export interface Pipeline {
	name: PipelineName;
	/** As tables and drawings name it. */
	label: string;
	/** What its vectors are made by: only those of one embedder can be compared. */
	embedder: string;
	/** Of its vectors. */
	dimensions: number;
	comparison: Comparison;
	/** Changes whenever its vector of the same picture may: names its cache. */
	version: string;
}

/**
 * The face engine as it stands. Its version is by its sources, not by PIPELINE_VERSION alone, as an
 * engine under development must never be judged by what an older one saw.
 */
export async function enginePipeline(): Promise<Pipeline> {
	return {
		name: 'engine',
		label: 'FaceTrack',
		embedder: await embedderId(),
		dimensions: VECTOR_DIMENSIONS,
		comparison: serverComparison,
		version: `${PIPELINE_VERSION}-${await hashOf([
			MODEL_INDEX,
			...(await sourcesIn('src/lib/client/face')),
			...(await sourcesIn('evaluation/page')),
		])}`,
	};
}

/** Human's default face pipeline. */
export async function humanPipeline(): Promise<Pipeline> {
	return {
		name: 'human',
		label: "Human's default",
		embedder: 'human-faceres',
		dimensions: 1024,
		comparison: humanComparison,
		version: `human-${await hashOf([HUMAN_PACKAGE, ...(await sourcesIn('evaluation/page'))])}`,
	};
}

async function embedderId(): Promise<string> {
	return v.parse(ModelIndexSchema, JSON.parse(await readFile(MODEL_INDEX, 'utf8'))).embedder.id;
}

async function sourcesIn(folder: string): Promise<string[]> {
	const names = await readdir(path.join(ROOT, folder));
	return names
		.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
		.sort()
		.map((name) => path.join(ROOT, folder, name));
}

async function hashOf(files: readonly string[]): Promise<string> {
	const hash = createHash('sha256');
	for (const file of files) hash.update(await readFile(file));
	return hash.digest('hex').slice(0, 16);
}
