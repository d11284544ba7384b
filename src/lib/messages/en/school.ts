export const school = {
	statuses: {
		title: 'Statuses',
		text: 'What your school calls them. What they mean, and how they are counted, stays.',
		of: {
			present: 'Was there',
			late: 'Came late',
			absent: 'Was not there',
			excused: 'Was excused',
		},
		word: 'Word',
		letter: 'Letter',
		colour: 'Colour',
		save: 'Save the statuses',
		colours: {
			green: 'Green',
			amber: 'Amber',
			red: 'Red',
			blue: 'Blue',
			violet: 'Violet',
			teal: 'Teal',
			pink: 'Pink',
		},
	},

	lateRecords: {
		title: 'Without a network',
		text: 'A roll call goes on while the network is away. What was marked and seen meanwhile is sent when it is back, with the time at which it was.',
		hours: 'Hours for which it is still taken',
		hoursHint: 'Also after the roll call has closed. 24 to begin with, 168 at the most.',
		save: 'Save the limit',
	},
} as const;
