// Protects: a mistyped option is told, never taken for "none".
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.js';
import { messages } from './messages.js';

describe('readArguments', () => {
	it('knows --lan and nothing', () => {
		expect(readArguments([])).toEqual({ lan: false });
		expect(readArguments(['--lan'])).toEqual({ lan: true });
	});

	it.each(['--lam', '--lan=yes', 'lan', '-l', '--', '--no-lan'])('refuses %s by name', (wrong) => {
		expect(() => readArguments(['--lan', wrong])).toThrow(messages.start.unknownOption(wrong));
	});
});
