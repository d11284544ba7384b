/** What both pages with a camera say: the roll call and the enrolment. */
export const camera = {
	start: 'Start camera',
	tryAgain: 'Try again',
	switch: 'Other camera',
	asking: 'Your browser asks whether this page may use the camera. Please allow it.',
	problem: {
		denied: {
			title: 'The camera is not allowed',
			next: 'Allow the camera for this page beside the browser’s address bar, then try again.',
		},
		missing: {
			title: 'No camera found',
			next: 'Plug one in, or use a device that has one. It starts by itself when it is found.',
		},
		busy: {
			title: 'The camera is in use',
			next: 'Another app or tab has it. Close that one, then try again.',
		},
		insecure: {
			title: 'The camera needs a secure address',
			next: 'Browsers open a camera over https:// only, or on the computer that FaceTrack runs on (localhost). Ask whoever looks after the server for the https:// address.',
		},
		unsupported: {
			title: 'This browser cannot open a camera',
			next: 'Please use a current Chrome, Edge, Firefox or Safari.',
		},
		unplugged: {
			title: 'The camera was unplugged',
			next: 'Plug it in again, and it goes on by itself.',
		},
	},
	noModels: {
		title: 'Faces cannot be recognised yet',
		next: 'The face models are not prepared on this server. Whoever looks after it can run “npm run models”.',
	},
	engineFailed: {
		title: 'Faces cannot be recognised on this device',
		next: 'Reload the page, or use another device.',
	},
	loading: (percent: number) => `Getting ready to recognise faces, ${percent}\u00a0%`,
	restarting: 'One moment. Recognising faces starts again.',
} as const;
