// Protects: the address of a request cannot be made up by a client, and is right behind a proxy.
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ADDRESS_HEADERS, writeAddress, type AddressRules } from './address.js';

function addressOf(
	headers: Record<string, string>,
	rules: AddressRules,
	socket: Socket = new Socket(),
): string {
	const request = new IncomingMessage(socket);
	Object.assign(request.headers, headers);
	writeAddress(request, rules);
	const { protocol, host, client } = ADDRESS_HEADERS;
	return [protocol, host, client].map((name) => String(request.headers[name])).join(' ');
}

const sent = {
	host: 'tablet:3000',
	'x-forwarded-proto': 'https',
	'x-forwarded-host': 'roll.example',
	'x-forwarded-for': '203.0.113.9, 198.51.100.7',
	'x-facetrack-host': 'evil.example',
	'x-facetrack-protocol': 'https',
	'x-facetrack-client': '1.2.3.4',
};

describe('writeAddress', () => {
	it('believes the Host header alone by default', () => {
		expect(addressOf(sent, { origin: null, trustProxy: false })).toBe('http tablet:3000 unknown');
	});

	it('knows by itself that a connection is encrypted', () => {
		const socket = new TLSSocket(new Socket());
		const rules = { origin: null, trustProxy: false };
		expect(addressOf({ host: 'tablet:3000' }, rules, socket)).toBe('https tablet:3000 unknown');
	});

	it('believes a trusted proxy: the last address is the one that it saw', () => {
		expect(addressOf(sent, { origin: null, trustProxy: true })).toBe(
			'https roll.example 198.51.100.7',
		);
	});

	it('lets a configured origin stand above everything', () => {
		expect(addressOf(sent, { origin: 'http://school.example:81', trustProxy: true })).toBe(
			'http school.example:81 198.51.100.7',
		);
	});
});
