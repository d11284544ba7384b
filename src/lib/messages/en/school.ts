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
} as const;
