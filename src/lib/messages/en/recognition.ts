const number = new Intl.NumberFormat('en');

export const recognition = {
	title: 'Recognition',
	text: 'How sure the camera must be before it marks a student by itself. Where it is not, it asks the teacher.',
	sureness: 'How many strangers who walk past may get a student’s name?',
	choice: (strangers: number) => `At most 1 in ${number.format(strangers)}`,
	choiceHint: {
		100: 'The loosest: the camera rarely asks. For a room that hardly any stranger passes.',
		300: 'Looser: fewer questions, a few more wrong names.',
		1000: 'Recommended to begin with.',
		3000: 'Stricter: fewer wrong names, more questions to the teacher.',
		10000: 'The strictest: for a door that many people pass. The camera asks most often.',
	},
	visitors: 'Say who visits from another class',
	visitorsHint:
		'Off to begin with. When it is on, a face that is nobody of the class is compared with every enrolled student of the school, and the teacher sees a name and a class. It marks nobody.',
	photographs: 'Ask about faces that look like a photograph',
	photographsHint:
		'Off to begin with. For a tablet that stands still: held in a hand it asks about most people. Each face is watched for about a second longer before it is named. Photographs that are carried in are mostly noticed, those that are held quite still are not.',
	save: 'Save recognition',
	retention: 'Days to keep the numbers behind decisions',
	retentionHint:
		'They explain why the camera decided as it did. They hold no face and no picture, and are deleted after so many days.',

	ofClass: {
		label: 'Strangers who may get a student’s name',
		hint: 'The fewer, the more often the camera asks you instead of marking by itself.',
		asSchool: (strangers: number) => `As the school has it (1 in ${number.format(strangers)})`,
		choice: (strangers: number) => `At most 1 in ${number.format(strangers)}`,
	},
} as const;
