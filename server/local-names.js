import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/**
 * @typedef {object} LocalNames
 * @property {string[]} names under which this machine may be asked for, in lower case
 * @property {string[]} addresses IPv4 and IPv6, without brackets and zones
 */

/**
 * @typedef {object} Machine
 * @property {string} hostname
 * @property {ReturnType<typeof networkInterfaces>} interfaces
 */

/** @returns {Machine} */
const thisMachine = () => ({ hostname: hostname(), interfaces: networkInterfaces() });

const DNS_NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
const LOOPBACK = ['127.0.0.1', '::1'];
/** Bridges to containers and virtual machines: no tablet is on their other side. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|vEthernet)/;

/**
 * Every name and address of this machine, and the host of the configured origin.
 *
 * @param {string | null} origin
 * @param {Machine} [machine]
 * @returns {LocalNames} sorted, so that two answers can be compared
 */
export function localNames(origin, machine = thisMachine()) {
	const host = machine.hostname.toLowerCase();
	const own = ['localhost', host, `${host.split('.', 1)[0]}.local`, ...LOOPBACK];
	const given = origin ? [hostOf(origin)] : [];
	const found = interfacesOf(machine).map(({ address }) => address);
	const all = [...new Set([...own, ...given, ...found])].sort();
	return {
		names: all.filter((one) => isIP(one) === 0 && DNS_NAME.test(one)),
		addresses: all.filter((one) => isIP(one) !== 0),
	};
}

/**
 * IPv4 addresses at which others reach this machine, the most likely first. IPv6 is left out: it is
 * long to type, and whoever has it here has IPv4 besides.
 *
 * @param {Machine} [machine]
 */
export function reachableAddresses(machine = thisMachine()) {
	const found = interfacesOf(machine).filter(({ family }) => family === 'IPv4');
	return [
		...found.filter(({ virtual }) => !virtual),
		...found.filter(({ virtual }) => virtual),
	].map(({ address }) => address);
}

/** @param {Machine} [machine] its names on a network with multicast DNS, which needs no server */
export function multicastNames(machine = thisMachine()) {
	return localNames(null, machine).names.filter((name) => name.endsWith('.local'));
}

/** @param {Machine} machine */
function interfacesOf({ interfaces }) {
	return Object.entries(interfaces).flatMap(([name, list]) =>
		(list ?? [])
			.filter(({ internal }) => !internal)
			.map(({ address, family }) => ({
				address: address.replace(/%.*$/, ''),
				family,
				virtual: VIRTUAL.test(name),
			})),
	);
}

/** @param {string} origin */
export function hostOf(origin) {
	return new URL(origin).hostname.replace(/^\[|\]$/g, '');
}
