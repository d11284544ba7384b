// Protects the advice that a person gets when there is no picture.
import { describe, expect, it } from 'vitest';
import { isMirrored, nextCamera, problemOfError, problemOfPlace } from './camera-problem';

describe('problemOfError', () => {
	it.each([
		['NotAllowedError', 'denied'],
		['SecurityError', 'denied'],
		['NotFoundError', 'missing'],
		['OverconstrainedError', 'missing'],
		['NotReadableError', 'busy'],
		['AbortError', 'busy'],
	])('%s is %s', (name, problem) => {
		expect(problemOfError(name)).toBe(problem);
	});
});

it('blames plain HTTP before it blames the browser', () => {
	expect(problemOfPlace({ isSecureContext: false, hasMediaDevices: false })).toBe('insecure');
	expect(problemOfPlace({ isSecureContext: true, hasMediaDevices: false })).toBe('unsupported');
	expect(problemOfPlace({ isSecureContext: true, hasMediaDevices: true })).toBeNull();
});

it('mirrors all but the back camera', () => {
	expect([isMirrored('user'), isMirrored(undefined), isMirrored('environment')]).toEqual([
		true,
		true,
		false,
	]);
});

it('goes round the cameras', () => {
	expect(nextCamera(['a', 'b', 'c'], 'a')).toBe('b');
	expect(nextCamera(['a', 'b', 'c'], 'c')).toBe('a');
	expect(nextCamera(['a', 'b'], 'gone')).toBe('a');
	expect(nextCamera(['a'], 'a')).toBeNull();
});
