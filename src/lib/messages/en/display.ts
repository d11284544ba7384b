export const display = {
	title: (className: string) => `${className}, live`,
	counts: 'How many stand where',
	of: (here: number, all: number) => `${here} of ${all} are here`,
	closed: (time: string) => `Closed at ${time}`,
	open: (time: string) => `Since ${time}`,
	names: 'Names',
	empty: 'This class has no students yet.',
	offline: 'Connecting again. What you see may be old.',
	outdated: 'This display is older than the school’s server. Please reload the page.',
	code: {
		label: 'Code to check in',
		picture: 'QR code: scan it with your phone to check in',
		digits: (digits: string) => `Code: ${[...digits].join(' ')}`,
		changes: 'A new code comes every 15 seconds.',
		text: 'Scan it, or type the digits.',
		none: 'The code comes back with the network.',
	},
	gone: {
		title: 'This display link no longer works',
		next: 'Open the display again from the roll call on the teacher’s device.',
	},
} as const;
