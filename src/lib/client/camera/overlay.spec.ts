// Protects the boxes over the picture: a name must stand at its own face, also in the mirror.
import { expect, it } from 'vitest';
import { toView } from './overlay';

const frame = { width: 1280, height: 720 };
const box = { x: 100, y: 90, width: 200, height: 180 };

it('scales with the view', () => {
	expect(toView(box, frame, { width: 640, height: 360 }, false)).toEqual({
		x: 50,
		y: 45,
		width: 100,
		height: 90,
	});
});

it('turns left and right around in the mirror', () => {
	const { x, width } = toView(box, frame, { width: 640, height: 360 }, true);
	expect([x, width]).toEqual([640 - 50 - 100, 100]);
});

it('leaves room above and below a wide frame in a narrow view', () => {
	// 1280 px fit into 640: scale 1/2; 720 - 360 = 360 stay empty, half of them above.
	const { x, y } = toView(box, frame, { width: 640, height: 720 }, false);
	expect([x, y]).toEqual([50, 180 + 45]);
});
