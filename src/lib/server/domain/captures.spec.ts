// Protects the references of a class from captures that would spoil them: another person's face
// among them, copies of one frame, and captures too poor to recognise anybody by.
import { describe, expect, it } from 'vitest';
import { createPerson } from '../../../../tests/helpers/vectors';
import { chooseCaptures, MIN_CAPTURE_QUALITY } from './captures';

const good = (vectors: Float32Array[]) => vectors.map((vector) => ({ vector, quality: 0.8 }));
const amina = () => createPerson(1);

describe('chooseCaptures', () => {
	it('keeps good, different captures of one person', () => {
		const captures = good(amina().captures(4));
		expect(chooseCaptures(captures)).toEqual({ keep: captures });
	});

	it('leaves out poor ones, and refuses when too few remain', () => {
		const captures = good(amina().captures(4));
		const poor = (index: number) =>
			captures.map((capture, i) =>
				i <= index ? { ...capture, quality: MIN_CAPTURE_QUALITY - 0.01 } : capture,
			);
		expect(chooseCaptures(poor(0))).toEqual({ keep: captures.slice(1) });
		expect(chooseCaptures(poor(1))).toEqual({ problem: 'poor' });
	});

	it('refuses copies of one frame', () => {
		const [a, b, c] = amina().captures(3);
		expect(chooseCaptures(good([a!, b!, c!, b!.slice()]))).toEqual({ problem: 'copies' });
	});

	it('refuses when somebody else stepped in', () => {
		const captures = good([...amina().captures(3), createPerson(2).capture()]);
		expect(chooseCaptures(captures)).toEqual({ problem: 'several-people' });
	});
});
