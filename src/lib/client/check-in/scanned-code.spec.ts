// Protects the way from the display to the phone: the picture's address is understood whatever name
// the server goes by, nothing else is taken for a code, and digits may be typed or pasted.
import { describe, expect, it } from 'vitest';
import { completeCode, groupDigits, readAddress, readScanned } from './scanned-code';

const ID = '7d444840-9dc0-4f1b-8c2a-0a1b2c3d4e5f';

describe('the picture of a display', () => {
	it.each([
		`https://school.example/check-in?roll-call=${ID}&code=12345678`,
		`http://192.168.1.20:3000/check-in?code=12345678&roll-call=${ID}`,
		`https://school.example/attendance/check-in?roll-call=${ID}&code=1234%205678`,
	])('is read: %s', (text) => {
		expect(readScanned(text)).toEqual({ rollCallId: ID, code: '12345678' });
	});

	it.each([
		'12345678',
		'https://school.example/',
		`https://school.example/elsewhere?roll-call=${ID}&code=12345678`,
		`https://school.example/check-in?roll-call=${ID}`,
		`https://school.example/check-in?roll-call=${ID}&code=1234567`,
		'https://school.example/check-in?roll-call=9&code=12345678',
	])('is none: %s', (text) => {
		expect(readScanned(text)).toBeNull();
	});

	it('is read from the address of the page as well', () => {
		expect(readAddress(new URLSearchParams({ 'roll-call': ID, code: '1234 5678' }))).toEqual({
			rollCallId: ID,
			code: '12345678',
		});
		expect(readAddress(new URLSearchParams())).toBeNull();
	});
});

describe('typed digits', () => {
	it.each([
		['', ''],
		['1234', '1234'],
		['12345', '1234 5'],
		['1234 5678', '1234 5678'],
		['code: 1234-5678', '1234 5678'],
		['123456789', '1234 5678'],
	])('%j becomes %j', (typed, shown) => {
		expect(groupDigits(typed)).toBe(shown);
	});

	it('are a code once all eight are there', () => {
		expect(completeCode('1234 567')).toBeNull();
		expect(completeCode('1234 5678')).toBe('12345678');
	});
});
