const WEEKDAYS = [
	'Monday',
	'Tuesday',
	'Wednesday',
	'Thursday',
	'Friday',
	'Saturday',
	'Sunday',
] as const;

/** @param weekday from 1, Monday */
const weekday = (weekday: number) => WEEKDAYS[weekday - 1] ?? '';

export const timetable = {
	tab: 'Timetable',
	weekday,
	times: (from: string, to: string) => `${from}–${to}`,
	/** A room's number alone would be taken for anything. */
	room: (room: string) => (/^\d/.test(room) ? `Room ${room}` : room),
	/** "Monday 09:00–09:45" */
	lesson: (day: number, from: string, to: string) => `${weekday(day)} ${from}–${to}`,
	from: (day: string) => `from ${day}`,
	until: (day: string) => `until ${day}`,
	cancelledOn: (day: string) => `${day}: cancelled`,
	movedOn: (day: string, time: string) => `${day}: at ${time} instead`,

	empty: 'No timetable yet',
	emptyText:
		'Add the times at which this class meets. Its roll calls then wait on Today, ready to start.',

	add: 'Add a lesson',
	addSubmit: 'Add lesson',
	adding: 'Adding…',
	added: 'The lesson was added.',
	day: 'Day of the week',
	start: 'Starts at',
	length: 'Length in minutes',
	roomLabel: 'Room, if you like',
	firstDay: 'First day',
	lastDayIfAny: 'Last day, if known',

	edit: 'Change',
	editWhat: (lesson: string) => `Change ${lesson}`,
	editTitle: 'Change this lesson',
	editText: 'Roll calls that were opened stay as they are.',

	except: {
		title: 'One day only',
		text: 'The other weeks stay as they are.',
		day: 'Day',
		kind: 'What happens on this day',
		cancelled: 'It is cancelled',
		moved: 'It starts at another time',
		start: 'Starts at',
		submit: 'Keep for this day',
		restore: 'As usual again',
		restoreWhat: (day: string) => `As usual again on ${day}`,
	},

	end: {
		title: 'End this lesson',
		text: 'Roll calls that were taken stay. With a day before the first one, the lesson is removed.',
		lastDay: 'Last day',
		submit: 'End lesson',
		pending: 'Ending…',
	},

	rules: {
		title: 'Opening and closing',
		openEarly: 'Open early',
		openEarlyHint: 'How many minutes before the start a roll call can be opened.',
		closeAfter: 'Close by itself',
		closeAfterHint:
			'How many minutes after the end. Who has no mark by then is absent; a roll call can be opened again.',
	},

	refusals: {
		overlap: (lesson: string) =>
			`This class has another lesson at that time: ${lesson}. Please choose another time, or change that one first.`,
		notThatDay: (weekday: string) =>
			`The lesson is not held on that day. Please choose a ${weekday} between its first and its last day.`,
		dayOver: 'That day is over. Please choose today or a later day.',
		timeOver: 'That time is over already. Please choose a later one.',
		tooEarly: (time: string) => `This roll call can be opened from ${time} on.`,
		tooEarlyOn: (day: string, time: string) =>
			`This roll call can be opened on ${day} from ${time} on.`,
		otherOpen: (time: string) =>
			`The roll call of this class from ${time} is still open. Please close it first.`,
		notOpenYet: 'This roll call is not open yet. Please start it first.',
		alreadyOpen: 'This roll call is open already.',
	},

	today: {
		now: 'Now',
		day: 'Today',
		startLong: (name: string, time: string) => `Start the roll call of ${name} at ${time}`,
		takeNow: 'Take it now',
		takeNowLong: (name: string, time: string) => `Take the roll call of ${name} at ${time} now`,
		notTaken: 'Not taken',
		opensAt: (time: string) => `can be started from ${time}`,
		since: (time: string) => `started at ${time}`,
		unplanned: 'off the timetable',
		otherClasses: 'Off the timetable',
	},

	reopen: {
		action: 'Open again',
		title: 'Open this roll call again?',
		text: (time: string) =>
			`It closed at ${time}. Who was made absent by the closing waits again; every other mark stays. It closes by itself in three hours.`,
		reason: 'Why',
		reasonHint: 'Kept with the roll call.',
		submit: 'Open again',
		pending: 'Opening…',
	},
} as const;
