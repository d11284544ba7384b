import type { Action, LivenessReason } from '$lib/contract/liveness';

/** What a student is asked to do before the camera, and how it goes on. */
export const liveness = {
	ask: {
		'turn-left': 'Turn your head to your left, then back.',
		'turn-right': 'Turn your head to your right, then back.',
		nod: 'Nod slowly, then look straight ahead.',
		blink: 'Close your eyes for a second, then open them.',
		'come-closer': 'Come closer to the camera.',
	} satisfies Record<Action, string>,

	hint: {
		'look-straight': 'Look straight at the camera.',
		'stay-in-view': 'Keep your face in the picture. It starts again.',
		'only-asked': 'One thing at a time. It starts again.',
		further: 'A little further.',
		hold: 'Keep them closed.',
		back: 'Good. Now look straight ahead.',
		again: 'Take your time. It starts again.',
	},

	/** Why a try did not count, as what to do in the next one. */
	reason: {
		'look-straight': 'Please try again, and look straight at the camera first.',
		'stay-in-view': 'Please try again, and keep your whole face in the picture.',
		'move-slower': 'Please try again, and move a little more slowly.',
		'only-asked': 'Please try again, and do only what is asked.',
		'turn-further': 'Please try again, and turn your head a little further.',
		'nod-deeper': 'Please try again, and nod a little deeper.',
		'eyes-longer': 'Please try again, and keep your eyes closed a little longer.',
		closer: 'Please try again, and come a little closer.',
		back: 'Please try again, and look straight ahead after each step.',
		'head-alone': 'Please try again: hold the phone still, and move only your head.',
	} satisfies Record<LivenessReason, string>,
} as const;
