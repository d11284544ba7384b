// Protects: a certificate names everything under which this machine is asked for, and nothing that a
// certificate cannot hold.
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { localNames, multicastNames, reachableAddresses } from './local-names.js';

const at = (address: string, internal = false): NetworkInterfaceInfo => {
	const rest = { address, netmask: '', mac: '', internal, cidr: null };
	return address.includes(':')
		? { ...rest, family: 'IPv6', scopeid: 0 }
		: { ...rest, family: 'IPv4' };
};
const laptop = {
	hostname: 'Adas-Laptop.school.example',
	interfaces: {
		lo: [at('127.0.0.1', true), at('::1', true)],
		docker0: [at('172.17.0.1')],
		wlan0: [at('192.168.1.20'), at('fe80::1%wlan0'), at('fd00::20')],
	},
};

describe('localNames', () => {
	it('has each name and address once, and the host of ORIGIN', () => {
		expect(localNames('https://roll.example:8443', laptop)).toEqual({
			names: ['adas-laptop.local', 'adas-laptop.school.example', 'localhost', 'roll.example'],
			addresses: ['127.0.0.1', '172.17.0.1', '192.168.1.20', '::1', 'fd00::20', 'fe80::1'],
		});
		expect(localNames('https://[fd00::9]:3000', laptop).addresses).toContain('fd00::9');
	});

	it('leaves out a hostname that is no DNS name', () => {
		expect(localNames(null, { ...laptop, hostname: 'Adas Laptop' }).names).toEqual(['localhost']);
	});
});

describe('what others type', () => {
	it('begins with the address that is not of a bridge to containers', () => {
		expect(reachableAddresses(laptop)).toEqual(['192.168.1.20', '172.17.0.1']);
		expect(multicastNames(laptop)).toEqual(['adas-laptop.local']);
	});
});
