/** Why accounts, people and classes could not be changed as asked. */
export const refusals = {
	signInFailed: 'The name or the password is not right. Please try again.',
	tooManySignIns: 'Too many tries. Please wait a little before the next one.',
	invitationGone: 'This invitation is used or too old. Please ask whoever sent it for a new one.',
	signInNameTaken: 'This sign-in name is taken. Please choose another one.',
	hasAccount: 'This person has an account already.',
	onlyStudents: 'Only students can be invited this way.',
	lastAdmin: 'This is the last admin. Please make somebody else an admin first.',
	studentRole:
		'A student’s account stays a student’s account. Please send a new invitation instead.',
	lastTeacher: 'A class needs a teacher. Please add another one first.',
	notATeacher: 'Only a teacher or an admin with an account can teach a class.',
	rollCallOpen: 'A roll call of this class is open. Please close it first.',
	namesMissing: 'Please type at least one name.',
	memberBefore:
		'On that day the student was in this class already, and left it later. Choose the day on which they came back.',
} as const;
