import { strongest } from '../../../src/lib/client/face/blazeface';
import { CaptureSteps, DETECTOR } from '../../../src/lib/client/face/capture';
import { gammaFor } from '../../../src/lib/client/face/exposure';
import { FrameReader, type Picture } from '../../../src/lib/client/face/frame';
import type { Networks } from '../../../src/lib/client/face/networks';
import { meanLuma } from '../../../src/lib/client/face/pixels';
import { SearchPlan, answersFor } from '../../../src/lib/client/face/regions';

/** Faces of a photo: found by the detector, and those of them that the mesh network confirms. */
export interface FaceCount {
	found: number;
	confirmed: number;
}

/** Counts the faces that one round of the search finds in a photo. */
export async function countFaces(
	networks: Networks,
	picture: Picture,
	mode: 'door' | 'classroom',
): Promise<FaceCount> {
	const steps = new CaptureSteps(networks);
	const frame = new FrameReader().read(picture);
	const { small, scale } = frame.whole;
	const shown = { x: 0, y: 0, width: frame.width / scale, height: frame.height / scale };
	const gamma = gammaFor(meanLuma(small, shown));
	const plan = new SearchPlan();
	const found = [];
	for (let i = 0; i < SearchPlan.cycle(mode); i++) {
		for (const region of plan.regions(mode, frame.width, frame.height)) {
			const detections = await steps.detect(frame.view(region), gamma);
			found.push(...detections.filter(({ box }) => answersFor(region, box, mode, frame)));
		}
	}
	const faces = strongest(found, DETECTOR.maxOverlap);
	let confirmed = 0;
	for (const face of faces) if ((await steps.judge(frame, [face]))[0]) confirmed++;
	return { found: faces.length, confirmed };
}
