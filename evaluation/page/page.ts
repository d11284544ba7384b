import { FaceClient } from '$lib/client/face/face-client';
import { HumanClient } from './human';
import type { MeasuredPicture, PictureAnswer, PictureTask, StartTask } from './protocol';
import { render } from './rendition';

type Pipeline = (bitmap: ImageBitmap) => Promise<MeasuredPicture>;

const pipelines: { engine?: Pipeline; human?: Pipeline } = {};

async function startEngine({ models }: StartTask): Promise<Pipeline> {
	const client = new FaceClient({ models });
	await client.start('photo');
	return async (bitmap) => {
		const result = await client.process(bitmap, Date.now());
		if (result === null) throw new Error('The face engine died of a picture.');
		const [main] = result.faces;
		const face = main?.vector ? { vector: main.vector, quality: main.quality?.score ?? 0 } : null;
		return { face, ms: result.timings.total };
	};
}

async function startHuman(task: StartTask): Promise<Pipeline> {
	const client = new HumanClient(task);
	await client.start();
	return (bitmap) => client.measure(bitmap);
}

/** @returns null where the browser cannot decode the picture */
async function decode(url: string): Promise<ImageBitmap | null> {
	const response = await fetch(url);
	if (!response.ok) return null;
	const blob = await response.blob();
	return createImageBitmap(blob).catch(() => null);
}

async function measure({ url, rendition, pipelines: names }: PictureTask): Promise<PictureAnswer> {
	const picture = await decode(url);
	if (picture === null) return null;
	const answer: PictureAnswer = {};
	// One after the other: each is timed alone.
	for (const name of names) {
		const pipeline = pipelines[name];
		if (!pipeline) throw new Error(`The pipeline ${name} was not started.`);
		const copy = rendition ? render(picture, rendition) : await createImageBitmap(picture);
		answer[name] = await pipeline(copy);
	}
	picture.close();
	return answer;
}

window.evaluation = {
	start: async (task) => {
		if (task.pipelines.includes('engine')) pipelines.engine = await startEngine(task);
		if (task.pipelines.includes('human')) pipelines.human = await startHuman(task);
	},
	measure,
};
