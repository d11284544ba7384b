// Protects a second try from being taken for a copy: what was sent is known for as long as the tab
// lives, and no longer list is kept than the server's.
import { expect, it } from 'vitest';
import { rememberSent, sentVectors } from './sent-frames';

const frame = (score: number) => ({ trackId: 1, vector: new Float32Array(512), score });

it('keeps what was sent, and lets the oldest go', () => {
	const [first, ...others] = Array.from({ length: 65 }, (_, i) => frame(i));
	rememberSent(first ? [first] : []);
	expect(sentVectors()).toEqual([first?.vector]);
	rememberSent(others);
	expect(sentVectors()).toHaveLength(64);
	expect(sentVectors()).not.toContain(first?.vector);
	expect(sentVectors().at(-1)).toBe(others.at(-1)?.vector);
});
