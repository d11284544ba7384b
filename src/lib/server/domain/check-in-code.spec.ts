// Protects: a check-in code changes every 15 seconds, is taken for one second more and no longer, and
// has the digits that RFC 4226 says.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acceptedSteps, codeRenewsAt, codeStep, truncateToDigits } from './check-in-code';

describe('a code', () => {
	it('holds for 15 seconds', () => {
		expect(codeStep(30_000)).toBe(codeStep(44_999));
		expect(codeStep(45_000)).toBe(codeStep(30_000) + 1);
		expect(codeRenewsAt(30_000)).toBe(45_000);
		expect(codeRenewsAt(44_999)).toBe(45_000);
	});

	it('is taken for a second after it changed', () => {
		const step = codeStep(45_000);
		expect(acceptedSteps(44_999)).toEqual([step - 1]);
		expect(acceptedSteps(45_000)).toEqual([step, step - 1]);
		expect(acceptedSteps(45_999)).toEqual([step, step - 1]);
		expect(acceptedSteps(46_000)).toEqual([step]);
	});
});

it('has the digits of RFC 4226, appendix D', () => {
	const digitsOf = (counter: number) => {
		const message = Buffer.alloc(8);
		message.writeBigUInt64BE(BigInt(counter));
		return truncateToDigits(createHmac('sha1', '12345678901234567890').update(message).digest());
	};
	// The appendix shows six digits of these numbers.
	expect([0, 1, 9].map(digitsOf)).toEqual(['84755224', '94287082', '45520489']);
});
