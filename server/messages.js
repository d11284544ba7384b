/**
 * Every sentence of the server's entry: what the terminal says, and the page on which a device learns
 * to trust this server. The application's own are in src/lib/messages, of which only a build is here.
 */
export const messages = Object.freeze({
	start: {
		starting: 'FaceTrack is starting.',
		ready: (/** @type {string[]} */ addresses) => `FaceTrack is ready: ${addresses.join('  ')}`,
		lanHint: 'For the camera of a tablet or a phone start with HTTPS: npm start -- --lan',
		stopping: (/** @type {string} */ what) => `${what}: finishing what runs, then stopping.`,
		trustFirst: (/** @type {string} */ address) =>
			`A phone or a tablet opens ${address} first and trusts this server, once.`,
		fingerprint: (/** @type {string} */ fingerprint) =>
			`The fingerprint to compare there: ${fingerprint}`,
		newAuthority:
			'The certificate that devices trust was made just now: one that trusted an earlier one has to trust this one too.',
		certificateChanged: 'The server changed to a new certificate.',
		certificateKept: (/** @type {string} */ sentence) =>
			`${sentence} The server keeps the certificate that it has.`,

		unknownOption: (/** @type {string} */ option) =>
			`There is no option ${option}: the only one is --lan (npm start -- --lan), HTTPS for the local network.`,
		portTaken: (/** @type {number} */ port, /** @type {string} */ setting) =>
			`Port ${port} is already taken: stop the other program, or choose another with ${setting}.`,
		portForbidden: (/** @type {number} */ port, /** @type {string} */ setting) =>
			`Port ${port} may not be used by this user: choose one above 1023 with ${setting}.`,
		noSuchHost: (/** @type {string} */ host) =>
			`This machine has no address ${host}: correct HOST.`,
		wrongHttpPort: 'HTTP_PORT must be a number from 0 to 65535, for example 3080.',

		twoCertificates:
			'Both --lan and TLS_CERT or TLS_KEY are given: leave out --lan to use your own certificate, or the two settings to use one that is made here.',
		halfACertificate:
			'TLS_CERT and TLS_KEY belong together: set both, to the files of a certificate and of its key.',
		originUnencrypted:
			'ORIGIN must begin with https:// when the server itself encrypts: correct it, or leave it out.',
		fileUnreadable: (
			/** @type {string} */ setting,
			/** @type {string} */ path,
			/** @type {string} */ code,
		) => `The file of ${setting}, ${path}, cannot be read (${code}).`,
		noCertificate: (/** @type {string} */ path) =>
			`The file of TLS_CERT, ${path}, holds no certificate in PEM format.`,
		noPrivateKey: (/** @type {string} */ path) =>
			`The file of TLS_KEY, ${path}, holds no private key in PEM format, or one that asks for a password.`,
		keyOfAnother: (/** @type {string} */ certPath, /** @type {string} */ keyPath) =>
			`The key in ${keyPath} does not belong to the first certificate in ${certPath}: the server's own certificate comes first, then those of its authorities.`,
		certificateUnusable: (/** @type {string} */ path) =>
			`The certificate in ${path} cannot be used for a server: its key may be too short, or another certificate in the file damaged.`,
		certificateEnded: (/** @type {string} */ path, /** @type {string} */ day) =>
			`The certificate in ${path} ended on ${day}: renew it.`,
		certificateEarly: (/** @type {string} */ path, /** @type {string} */ day) =>
			`The certificate in ${path} begins on ${day} only: check it and this machine's clock.`,
		authorityUnreadable: (/** @type {string} */ path, /** @type {string} */ code) =>
			`The certificate authority in ${path} cannot be read (${code}).`,
		authorityDamaged: (/** @type {string} */ path) =>
			`The certificate authority in ${path} is damaged: put it back from a backup, or delete it and let every device trust the new one.`,
		dataDirUnwritable: (/** @type {string} */ dataDir, /** @type {string} */ code) =>
			`The data folder ${dataDir} cannot be written (${code}): change its permissions, or set DATA_DIR to another folder.`,
	},

	trust: {
		title: 'Trust this FaceTrack server',
		lead: 'Browsers start a camera only over HTTPS. This server has made a certificate authority of its own for that: a phone, tablet or computer has to trust it once.',
		open: 'Open this page on the device',
		openHow: 'Point its camera at this code, or type the address:',
		download: 'Download the certificate',
		downloadLink: 'Download ca.crt',
		compare:
			'Compare this SHA-256 fingerprint with the one in the terminal where FaceTrack was started. If they differ, stop: somebody else has answered you.',
		trust: 'Trust it',
		guides: [
			{
				device: 'iPad and iPhone',
				steps: [
					'Open this page in Safari, download the certificate and tap Allow.',
					'Open Settings, tap Profile Downloaded (or General, VPN & Device Management), then Install.',
					'In Settings, open General, About, Certificate Trust Settings, and turn on full trust for it.',
				],
			},
			{
				device: 'Android',
				steps: [
					'Download the certificate.',
					'In Settings, search for “CA certificate” (under Security, Encryption & credentials, Install a certificate).',
					'Tap Install anyway and choose the file ca.crt. Use Chrome: some other browsers have a list of their own.',
				],
			},
			{
				device: 'Windows',
				steps: [
					'Open the downloaded file and choose Install Certificate, Current User.',
					'Choose “Place all certificates in the following store”, then Trusted Root Certification Authorities.',
					'Finish, answer Yes, and start the browser anew.',
				],
			},
			{
				device: 'macOS',
				steps: [
					'Open the downloaded file: Keychain Access adds it to the login keychain.',
					'Double-click it there, open Trust, and choose Always Trust.',
					'Start the browser anew.',
				],
			},
			{
				device: 'ChromeOS',
				steps: [
					'In Settings, open Privacy and security, Security, Manage certificates, Authorities.',
					'Choose Import, then the file ca.crt (show all files).',
					'Tick “Trust this certificate for identifying websites”.',
				],
			},
			{
				device: 'Linux, and Firefox everywhere',
				steps: [
					'Chrome: Settings, Privacy and security, Security, Manage certificates, Custom, Trusted certificates, Import.',
					'Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import, and tick “identify websites”.',
				],
			},
		],
		managed:
			'A school that manages its devices can send ca.crt to all of them as a trusted root certificate instead.',
		app: 'Open FaceTrack',
		appHow: 'Now the camera works there:',
		others: 'If that address does not answer:',
		takeBack: (/** @type {string} */ name) =>
			`The certificate is called “${name}”. It can vouch for the names of this machine and for addresses, not for the name of any other site. To take the trust back, remove it in the same place.`,
	},

	body: {
		tooLarge: (/** @type {number} */ megabytes) =>
			`This is more than the server takes at once: ${megabytes} MB. Nothing was changed. Please send less.`,
	},
});
