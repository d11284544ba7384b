// Protects where passkeys work: at this server's own names over an encrypted line or on this machine,
// never at an address of numbers, and never at another server's name.
import { describe, expect, it } from 'vitest';
import { passkeyOrigins, passkeySiteAt, passkeySites } from './passkeys';

const OWN = [
	'http://localhost:3000',
	'https://localhost:3000',
	'http://ada.local:3000',
	'https://ada.local:3000',
	'https://ada.local:8443',
	'https://192.168.1.20:3000',
	'https://[fd00::20]:3000',
];

describe('a passkey site', () => {
	it('is encrypted or this machine’s, and has a name', () => {
		expect(passkeySites(OWN)).toEqual([
			{ origin: 'http://localhost:3000', rpId: 'localhost' },
			{ origin: 'https://localhost:3000', rpId: 'localhost' },
			{ origin: 'https://ada.local:3000', rpId: 'ada.local' },
			{ origin: 'https://ada.local:8443', rpId: 'ada.local' },
		]);
	});

	it('is where the page is, to the port', () => {
		expect(passkeySiteAt('https://ada.local:3000', OWN)?.rpId).toBe('ada.local');
		for (const origin of [
			'https://192.168.1.20:3000',
			'https://ada.local',
			'http://ada.local:3000',
			'https://elsewhere.example',
		]) {
			expect(passkeySiteAt(origin, OWN)).toBeUndefined();
		}
	});

	it('has every address of its name', () => {
		expect(passkeyOrigins('ada.local', OWN)).toEqual([
			'https://ada.local:3000',
			'https://ada.local:8443',
		]);
		expect(passkeyOrigins('local', OWN)).toEqual([]);
	});
});
