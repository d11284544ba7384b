import { plural } from '../plural';

/** Names in one greeting: more could not be read in its time. */
const MOST_GREETED = 3;

const students = (count: number) => plural(count, { one: '# student', other: '# students' });
const list = new Intl.ListFormat('en', { type: 'conjunction' });
const either = new Intl.ListFormat('en', { type: 'disjunction' });

export const rollCall = {
	title: (className: string) => `Roll call of ${className}`,
	started: (day: string, time: string) => `${day} ${time}`,
	closesAt: (time: string) => `closes by itself at ${time}`,
	counts: 'How many stand where',
	pause: 'Pause',
	pauseLong: 'Pause the camera',
	resume: 'Resume',
	resumeLong: 'Resume the camera',
	display: 'Open display',
	displayLong: 'Open the display for the projector in a new tab',

	close: {
		action: 'Close',
		actionLong: 'Close the roll call',
		title: 'Close this roll call?',
		text: (waiting: number) =>
			waiting === 0
				? 'Everybody has a mark. The camera stops; you can still change marks by hand.'
				: `${plural(waiting, {
						one: '# student is still waiting and becomes absent.',
						other: '# students are still waiting and become absent.',
					})} The camera stops; you can still change marks by hand.`,
		confirm: 'Close roll call',
		offline: 'You are offline. Please close the roll call when the network is back.',
	},
	closed: {
		title: (time: string) => `Closed at ${time}`,
		text: 'These are the final counts. A tap on a name changes a mark, also now.',
		today: 'To today',
	},

	camera: {
		label: 'Camera',
		before: {
			title: 'Ready when you are',
			what: 'Put the tablet where it sees the students. Whoever is recognised is marked present, and sees it.',
			enrolled: (enrolled: number, all: number) =>
				enrolled === all
					? `All ${students(all)} of this class can be recognised.`
					: `${enrolled} of ${students(all)} can be recognised. You mark the others by hand.`,
			nobody: 'Nobody of this class is enrolled yet, so nobody can be recognised. Mark by hand.',
			empty: 'This class has no students yet.',
			pictures: 'Pictures stay on this device. Only numbers leave it, and no picture is stored.',
			elsewhere: 'If a camera runs on another device already, just watch the list here.',
		},
		place: {
			label: 'Where does the camera stand?',
			door: { label: 'At the door', hint: 'Students come near, a few at a time.' },
			classroom: {
				label: 'Before the class',
				hint: 'Small faces in rows, found a little later.',
			},
		},
		without: 'Without camera',
		withoutHint: 'Mark by hand only, with more room for the list',
		with: 'Use the camera',
		pausedTitle: 'The camera is paused',
		pausedText: 'Nobody is being recognised. Marking by hand works.',
		byHand: 'Marking by hand works as always.',
		greeting: (names: readonly string[]) => {
			const more = names.length - MOST_GREETED;
			const greeted = more > 0 ? [...names.slice(0, MOST_GREETED), `${more} more`] : names;
			return `${list.format(greeted)}, you’re in.`;
		},
		looking: 'Nobody in the picture',
	},
	face: {
		pending: 'One moment…',
		unknown: 'Not known here',
		doubtful: 'One moment, your teacher will look',
		visitor: (name: string) => `Visitor: ${name}`,
		hint: {
			'too-far': 'Come closer',
			'too-dark': 'More light, please',
			'too-bright': 'Less light, please',
			turned: 'Look at the camera',
			tilted: 'Look at the camera',
			blurred: 'Hold still…',
		},
	},
	details: {
		label: 'Details',
		fps: (rate: number) => `${rate} fps`,
		backend: {
			wasm: 'WASM',
			'wasm-threads': 'WASM, several cores',
			webgl: 'WebGL',
			webgpu: 'WebGPU',
		},
		compute: 'Recognise faces with',
		computeHint: 'Automatic takes what was fastest on this device. Faces are recognised alike.',
		automatic: 'Automatic',
		latency: (ms: number) => `${ms} ms to the roster`,
		unknown: (count: number) => `${count} unknown`,
		camera: (number: number, of: number) => `camera ${number} of ${of}`,
	},

	doubts: {
		title: (count: number) => `To confirm (${count})`,
		ask: (names: readonly string[]) => `${either.format(names)}?`,
		reason: {
			'low-quality': 'The face was not seen well.',
			'close-runner-up': 'They look alike here.',
			'weak-match': 'Not alike enough to be sure.',
			confusable: 'The camera asks each time about these two.',
			contradicted: 'Marked a moment ago, but what was seen later does not fit.',
			unconfirmed: 'Enrolled on their own phone. Your yes confirms the face once and for all.',
			photograph: 'It looks like a photo of them, not like them in person.',
		},
		/** In place of the reason where nobody but one student can be offered. */
		confusableAlone: 'Somebody looks very much like them, so the camera asks each time.',
		yes: 'Yes',
		no: 'No',
		neither: 'Neither',
		yesLong: (name: string) => `Yes, this is ${name}`,
		noLong: (names: readonly string[]) => `No, this is not ${either.format(names)}`,
		confirmed: (name: string) => `Confirmed: ${name}`,
		rejected: (names: readonly string[]) => `Not ${either.format(names)}`,
		takenBack: (names: readonly string[]) =>
			`Not ${either.format(names)}. The camera’s mark is taken back`,
		/** Read out when one comes, or comes back. */
		said: (names: readonly string[]) => `To confirm: ${either.format(names)}?`,
		refusedUndo: (why: string) => `The answer stays. ${why}`,
	},

	visitors: {
		title: (count: number) => `Visitors (${count})`,
		dismiss: 'Dismiss',
		dismissLong: (name: string) => `Dismiss ${name}`,
		said: (name: string, classNames: readonly string[]) =>
			`Visitor: ${[name, ...classNames].join(', ')}`,
	},

	/** Two teachers marked the same student; the later one chooses. */
	conflicts: {
		title: (count: number) => `Two answers (${count})`,
		theirs: (by: string | null, status: string) =>
			by === null ? `marked ${status} by now` : `${by} says ${status}`,
		theirsBack: (by: string | null) =>
			by === null ? 'waiting again by now' : `${by} took the mark back`,
		yours: (status: string) => `you said ${status}`,
		yoursBack: 'you took the mark back',
		sentence: (theirs: string, yours: string) => `${theirs}, ${yours}.`,
		keep: (status: string) => `Keep ${status}`,
		keepLong: (name: string, status: string) => `Keep ${status} for ${name}`,
		make: (status: string) => `Make it ${status}`,
		makeLong: (name: string, status: string) => `Make it ${status} for ${name}`,
		/** Read out when one comes. */
		said: (name: string, sentence: string) => `Two answers about ${name}: ${sentence}`,
	},

	rest: {
		action: (status: string, count: number) => `Mark the rest ${status} (${count})`,
		more: 'Mark the rest otherwise',
		choice: (status: string) => `Mark the rest ${status}`,
		done: (count: number, status: string) => `${students(count)} marked ${status}`,
		undone: 'Undone, but for whom somebody else has changed since.',
		refused: (why: string) => `The rest was not marked. ${why}`,
		refusedUndo: (why: string) => `The rest stays marked. ${why}`,
	},

	undo: {
		undone: (what: string) => `Undone: ${what}`,
		nothing: 'There is nothing to undo.',
	},

	keys: {
		action: 'Keys',
		actionLong: 'Show the keys for this page',
		title: 'Keys',
		text: 'In the list of students:',
		anywhere: 'Anywhere on this page:',
		names: {
			up: '↑',
			down: '↓',
			home: 'Home',
			end: 'End',
			space: 'Space',
			enter: 'Enter',
			backspace: 'Backspace',
			undo: 'Ctrl Z',
			undoMac: '⌘ Z',
		},
		go: 'to the student before or after',
		ends: 'to the first or last student',
		mark: (status: string) => `${status}, and on to the next student`,
		cycle: 'the next status',
		takeBack: 'take the mark back',
		open: 'details and all choices',
		search: 'find a name; Enter goes to the first one found',
		rest: (status: string) => `mark the rest ${status}`,
		undo: 'undo, as often as you like',
		help: 'show these keys',
	},

	roster: {
		label: 'Students',
		search: 'Find a name',
		searchKey: 'Press / to search',
		filter: 'Which students are shown',
		all: (count: number) => `All ${count}`,
		waiting: (count: number) => `Waiting ${count}`,
		change: (name: string, status: string) => `${name}: ${status}. Change`,
		details: (name: string) => `${name}, details and all choices`,
		method: {
			camera: 'camera',
			phone: 'phone',
			teacher: 'by hand',
			rule: 'at closing',
		},
		/** In place of the rule, where it is not the closing that excuses. */
		byExcuse: 'by an excuse',
		late: (minutes: number) => `+${minutes} min`,
		left: (time: string) => `left ${time}`,
		/** The mark, not the student. */
		cameInLate: 'mark came in late',
		byHand: 'by hand only',
		noMatch: 'Nobody by that name',
		noMatchText: 'Try a shorter part of the name.',
		nobodyWaits: 'Nobody is waiting',
		nobodyWaitsText: 'Everybody on the roster has a mark.',
		empty: 'No students yet',
		emptyText: 'Add names to the class first; they appear here at once.',
		addNames: 'Add names',
		said: (name: string, status: string) => `${name} ${status}`,
		marked: (name: string, status: string) => `${name} marked ${status}`,
		takenBack: (name: string) => `${name} is waiting again`,
		refused: (name: string, why: string) => `${name} was not marked. ${why}`,
		refusedAnswer: (why: string) => `The answer was not taken. ${why}`,
	},
	member: {
		waiting: 'No mark yet.',
		by: {
			camera: (time: string) => `Seen by the camera at ${time}.`,
			phone: (time: string) => `Checked in by phone at ${time}.`,
			teacher: (time: string) => `Marked by hand at ${time}.`,
			rule: (time: string) => `Set when the roll call closed at ${time}.`,
		},
		byExcuse: 'Excused beforehand: an excuse for this day was approved.',
		late: (minutes: number) => plural(minutes, { one: '# minute late.', other: '# minutes late.' }),
		left: (time: string) => `Left early at ${time}.`,
		cameInLate:
			'The mark came in late: a device without a network kept it until after the closing.',
		notEnrolled: 'Not enrolled, so the camera cannot recognise them.',
		choose: 'Mark as',
		arrived: 'Came at',
		arrivedHint: 'Left empty, it is now.',
		arrivedHintClosed: 'Left empty, at closing.',
		leftAt: 'Left early at',
		leftHint: 'Only if they left early.',
		remark: 'Remark (optional)',
		remarkHint: 'Stays beside the name.',
		reason: 'Why it is changed (optional)',
		reasonHint: 'The roll call is closed, so this is a correction. The reason is kept with it.',
		save: 'Save',
		arrivedMissing: 'Please say when they came, too.',
		notYet: 'This time has not come yet.',
		afterClosing: 'This is after the roll call closed.',
		leftTooEarly: 'They cannot leave before they came.',
	},

	history: {
		title: 'What became of this mark',
		loading: 'Asking for the history of this mark.',
		empty: 'Nobody has marked this student yet.',
		offline: 'Offline. The history comes when the network is back.',
		failed: 'The history could not be fetched just now. Marks are not touched by it.',
		again: 'Try again',
		who: { camera: 'by camera', phone: 'by phone', teacher: 'by hand' },
		/** What made the rule change a mark. */
		rule: {
			closing: 'at closing',
			openedAgain: 'opened again',
			excuseApplied: 'excuse applied',
			excuseWithdrawn: 'excuse withdrawn',
		},
		byRule: (how: string, name: string) => `${how} by ${name}`,
		line: (time: string, who: string, what: string) => `${time}, ${who}: ${what}.`,
		changed: (from: string, to: string) => `${from}, now ${to}`,
		same: (status: string) => `still ${status}`,
		conflict: (wanted: string, stands: string) => `wanted ${wanted}, but ${stands} stood`,
		madeAt: (time: string) => `Made at ${time}, without a network.`,
		cameInLate: 'Came in after the roll call had closed.',
		came: (time: string) => `Came at ${time}.`,
		left: (time: string) => `Left at ${time}.`,
		remark: (text: string) => `Remark: ${text}.`,
		reason: (text: string) => `Reason: ${text}.`,
	},

	why: {
		title: 'What the camera decided, and why',
		loading: 'Asking for the camera’s reasons.',
		empty: 'The camera did not decide about this student.',
		offline: 'Offline. The camera’s reasons come when the network is back.',
		failed: 'The reasons could not be fetched just now. Marks are not touched by it.',
		again: 'Try again',
		sentence: (head: string, reasons: readonly string[]) => `${head}: ${reasons.join(', ')}.`,
		decided: {
			recognised: (time: string) => `Recognised at ${time}`,
			visitor: (time: string) => `Taken for a visitor at ${time}`,
			unknown: (time: string) => `Not known at ${time}`,
		},
		asked: (time: string, names: readonly string[]) =>
			`Asked at ${time} whether this is ${either.format(names)}`,
		reason: {
			'low-quality': 'face not seen well',
			'close-runner-up': 'close runner-up',
			'weak-match': 'not sure enough',
			confusable: 'too alike to somebody of this class',
			contradicted: 'what was seen later did not fit',
			unconfirmed: 'enrolled on their own phone and not confirmed yet',
			photograph: 'looked like a photo, not like a person',
		},
		strength: { clear: 'clear match', sufficient: 'sufficient match', weak: 'weak match' },
		match: (strength: string, frames: number) =>
			`${strength} over ${plural(frames, { one: '# frame', other: '# frames' })}`,
		next: {
			far: 'next candidate far',
			near: 'next candidate near',
			none: 'nobody else to compare with',
		},
		poorView: 'face not seen well',
	},

	connection: {
		offline: 'Offline. What you mark and what the camera sees is kept here and sent later.',
		offlineWaiting: (byHand: number, faces: number) => {
			const waits = [
				...(byHand > 0 ? [plural(byHand, { one: '# mark', other: '# marks' })] : []),
				...(faces > 0 ? [plural(faces, { one: '# seen face', other: '# seen faces' })] : []),
			];
			const verb = byHand + faces === 1 ? 'waits' : 'wait';
			const will = byHand + faces === 1 ? 'it will be sent' : 'they will be sent';
			return `Offline. ${list.format(waits)} ${verb} on this tablet; ${will}.`;
		},
		/** What waits is lost with the page. */
		problem: {
			unkept: 'This browser keeps nothing: please leave this page open until then.',
			full: 'There is no room left on this tablet: please leave this page open until then.',
		},
		refusedLate: (why: string) => `What the camera saw while offline was not taken. ${why}`,
		outdated: 'This page is older than the school’s server. Reload it to go on.',
		signedOut: 'You are signed out. Sign in again to go on; what waits here is kept.',
		refused: 'You can no longer see this roll call.',
		reload: 'Reload',
		signIn: 'Sign in',
	},
} as const;
