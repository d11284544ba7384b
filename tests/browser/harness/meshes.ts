import {
	DETECTOR_INPUT,
	DETECTOR_SIZE,
	decodeDetections,
} from '../../../src/lib/client/face/blazeface';
import { FrameReader, type Picture } from '../../../src/lib/client/face/frame';
import { lookupFor } from '../../../src/lib/client/face/exposure';
import {
	MESH_INPUT,
	MESH_POINTS,
	MESH_SIZE,
	decodeMesh,
	meshCrop,
	meshPoint,
} from '../../../src/lib/client/face/mesh';
import type { Networks } from '../../../src/lib/client/face/networks';
import { toRgb, warp } from '../../../src/lib/client/face/pixels';
import type { ReferenceFace } from './face-engine';

/** Detection and mesh of a photo without exposure correction, which Human does not have either. */
export async function meshesOf(networks: Networks, picture: Picture): Promise<ReferenceFace[]> {
	const frame = new FrameReader().read(picture);
	const input = new Float32Array(DETECTOR_SIZE * DETECTOR_SIZE * 3);
	toRgb(frame.whole.small, lookupFor(1, DETECTOR_INPUT), input);
	const settings = { minConfidence: 0.3, maxOverlap: 0.1, maxFaces: 20 };
	const detections = decodeDetections(
		await networks.detect(input),
		{ x: 0, y: 0, scale: frame.whole.scale },
		settings,
	);
	const faces: ReferenceFace[] = [];
	for (const detection of detections) {
		const crop = meshCrop(detection);
		const cut = new Float32Array(MESH_SIZE * MESH_SIZE * 3);
		warp(frame.full(), crop, MESH_SIZE, lookupFor(1, MESH_INPUT), cut);
		const { points, confidences } = await networks.mesh(cut, 1);
		const mesh = decodeMesh(points, 0, crop, confidences[0] ?? 0);
		const { box } = detection;
		faces.push({
			box: [box.x, box.y, box.width, box.height],
			mesh: Array.from({ length: MESH_POINTS }, (_, i) => {
				const { x, y } = meshPoint(mesh, i);
				return [x, y];
			}),
		});
	}
	return faces;
}
