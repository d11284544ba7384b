// Protects the course of a challenge: one action after the other, each out and back, in the order
// that was asked and nothing else between.
import { expect, it } from 'vitest';
import { perform } from '../../../tests/helpers/made-head';
import type { Action, Challenge } from './liveness';
import { advance, askedOf, beginCourse, type Course } from './liveness-course';
import { measureFace } from './liveness-measures';

function follow(challenge: Challenge, done: readonly Action[], hold = 600): Course {
	return perform(done, { hold }).reduce(
		(course, { at, points }) => advance(course, at, measureFace(points)),
		beginCourse(challenge),
	);
}

it('learns how the head looks at rest before it asks for anything', () => {
	const [first, ...others] = perform(['nod']);
	if (!first) throw new Error('nothing was performed');
	const begun = advance(beginCourse(['nod', 'blink']), first.at, measureFace(first.points));
	expect(begun.base).toBeNull();
	const rested = others
		.slice(0, 4)
		.reduce((course, { at, points }) => advance(course, at, measureFace(points)), begun);
	expect(rested.base).toEqual(measureFace(first.points));
});

it('asks for the second action once the first is done and undone', () => {
	const course = follow(['turn-left', 'nod'], ['turn-left']);
	expect(course).toMatchObject({ done: 1, isOut: false, progress: 0, stray: null });
	expect(askedOf(course)).toBe('nod');
	expect(course.spans).toMatchObject([{ action: 'turn-left' }]);
});

it('is complete after both, and stays so', () => {
	const course = follow(['nod', 'turn-left'], ['nod', 'turn-left', 'turn-right']);
	expect(course).toMatchObject({ done: 2, stray: null });
	expect(askedOf(course)).toBeNull();
	expect(course.spans.map(({ from, to }) => to > from)).toEqual([true, true]);
});

it.each<[Challenge, Action[], Action]>([
	[['turn-left', 'nod'], ['turn-right'], 'turn-right'],
	[['turn-left', 'nod'], ['nod'], 'nod'],
	[['turn-left', 'nod'], ['turn-left', 'turn-right'], 'turn-right'],
	[['blink', 'nod'], ['nod'], 'nod'],
	[['turn-left', 'nod'], ['come-closer'], 'come-closer'],
])('of %j it cannot be finished by who does %j', (challenge, done, stray) => {
	expect(follow(challenge, done).stray).toBe(stray);
});

it('takes no notice of a blink that was not asked for', () => {
	expect(follow(['turn-left', 'nod'], ['blink', 'turn-left', 'blink', 'nod']).done).toBe(2);
});

it('lets somebody who came closer stay there', () => {
	const closer = perform(['come-closer']).slice(0, 12);
	const course = closer.reduce(
		(so, { at, points }) => advance(so, at, measureFace(points)),
		beginCourse(['come-closer', 'nod']),
	);
	expect(course).toMatchObject({ done: 1, stray: null });
});
