const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
/** 1 MB is a million bytes, as on a phone's own pages about storage. */
const megabytes = (bytes: number) => `${number.format(bytes / 1_000_000)}\u00a0MB`;

/** FaceTrack as an app of the device: installing, updating, loading once, and being offline. */
export const app = {
	/** What the device shows of it: below its icon, and before it is installed. */
	manifest: {
		name: 'FaceTrack',
		description: 'Attendance by face. Pictures never leave the camera device.',
		checkIn: 'Check in',
		checkInText: 'Check in to the class that is open now',
		rollCall: 'Roll call',
		rollCallText: 'Start the roll call that is due',
		wideScreenshot: 'A roll call: the list fills in as students arrive',
		narrowScreenshot: 'Today, on a student’s phone',
	},

	update: {
		label: 'New version',
		ready: 'A new version is ready.',
		action: 'Update',
		later: 'Later',
		pending: 'Updating…',
		held: 'A roll call or a check-in is going on in another tab. The update waits for its end.',
	},

	/** Before and while the models come to a device for the first time. */
	once: {
		before: (bytes: number) =>
			`The first time on this device, ${megabytes(bytes)} are loaded for the camera.`,
		now: (bytes: number) => `${megabytes(bytes)}, only this first time on this device`,
	},

	/** The page that stands for one that cannot be reached; it knows its address and nobody's name. */
	offline: {
		title: 'No network',
		text: 'The school’s server cannot be reached just now. This page comes back by itself when it can.',
		works: 'What still works',
		waits: 'What has to wait',
		again: 'Try again',
		trying: 'Trying…',
		still: 'Still no answer. It is tried again by itself.',
		anywhere: {
			title: 'No network',
			works: [
				'A roll call that is still open in a tab or window goes on: marks by hand are kept on that device and sent later.',
				'Students can ask their teacher to mark them. That counts just the same.',
			],
			waits: ['Today, reports, records and everything else that comes from the server.'],
		},
		rollCall: {
			title: 'No network for this roll call',
			works: [
				'Marks that were made by hand on this device and not sent yet wait here. They are sent when this page is back.',
				'The roll call stays as it is on the server.',
			],
			waits: [
				'The list of names comes from the server. Until it is back, please write down who is here.',
			],
		},
		checkIn: {
			title: 'A check-in needs the network',
			works: ['You can ask your teacher to mark you. That counts just the same.'],
			waits: ['Checking in with this phone works as soon as it has a network again.'],
		},
	},

	install: {
		title: 'Put FaceTrack on this device',
		text: 'It opens like an app, from its own icon.',
		action: 'Install FaceTrack',
		dismiss: 'Not now',
		shareText:
			'Tap Share in the browser’s bar, then “Add to Home Screen”. It opens like an app, from its own icon.',
	},
} as const;
