/** What a form or an import says of a value that cannot be taken. */
export const validation = {
	nameMissing: 'Please type a name.',
	nameTooLong: 'A name can have at most 200 characters.',
	signInNameMissing: 'Please type your sign-in name.',
	signInNameShort: 'A sign-in name needs at least 3 characters.',
	signInNameLong: 'A sign-in name can have at most 100 characters.',
	signInNameSpaces: 'A sign-in name cannot have spaces.',
	passwordMissing: 'Please type your password.',
	passwordShort: 'Please use at least 10 characters.',
	passwordLong: 'Please use at most 256 characters.',
	timeZone: 'Please choose a time zone from the list.',
	schoolNameMissing: 'Please type the name of the school.',
	classNameMissing: 'Please type a name for the class.',
	classNameLong: 'A class name can have at most 120 characters.',
	minutesMissing: 'Please type a number of minutes.',
	minutesWhole: 'Please type whole minutes.',
	minutesNegative: 'Minutes cannot be negative.',
	minutesMany: 'Please choose at most 240 minutes.',
	studentNumberLong: 'A student number can have at most 64 characters.',
	tooManyNames: (most: number) => `Please add at most ${most} names at a time.`,
	numberRepeated: (number: string, line: number) =>
		`The number ${number} stands on line ${line} already.`,
} as const;
