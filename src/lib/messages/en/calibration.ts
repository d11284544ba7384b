import type {
	Calibration,
	CalibrationFigures,
	CalibrationOutcome,
} from '$lib/contract/calibration';

const number = new Intl.NumberFormat('en');
const twoDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
/** A number that is foretold may be far below one. */
const rounded = (count: number) =>
	(count < 10 ? twoDigits : number).format(count < 10 ? count : Math.round(count));
const points = (shift: number) => shift.toFixed(3);

/** What all pairs of a school's people say, in sentences: on the School page and in the terminal. */
function measured(figures: CalibrationFigures): string[] {
	const { people, pairs, expected, found, byChance, named, scoreShift } = figures;
	const compared = `${number.format(people)} people were compared with each other, ${number.format(pairs)} pairs.`;
	const counted = `${number.format(found)} pairs are as alike as ${rounded(expected)} should be; up to ${number.format(Math.floor(byChance))} would still be chance.`;
	const verdict =
		scoreShift > 0
			? `The default does not hold here: your people are more alike than those it was measured on. The camera must be surer by ${points(scoreShift)}.`
			: 'The default holds here.';
	const atPolicy = `So alike that the default would take one for the other in a class of 30: ${number.format(named.found)} pairs, where it says ${rounded(named.expected)}.`;
	return [compared, counted, verdict, atPolicy, ...apart(figures)];
}

function apart({ lookLikeOnePerson: count }: CalibrationFigures): string[] {
	if (count === 0) return [];
	const pairs =
		count === 1
			? '1 pair looks like one person'
			: `${number.format(count)} pairs look like one person each`;
	return [
		`${pairs}: twins, or one person under two accounts. They do not count above. The page of their class names those who share one.`,
	];
}

function kept({ isKept, scoreShift }: { isKept: boolean; scoreShift: number }): string {
	if (!isKept) return 'Nothing was changed.';
	return scoreShift > 0
		? 'From now on the cameras are that much surer before they name somebody.'
		: 'The cameras go on by the default.';
}

export const calibration = {
	title: 'Your own people',
	text: 'How sure the camera must be was measured on other people. This compares the faces that are enrolled here with each other, and says whether that holds for your school. Nothing leaves the server.',
	compare: 'Compare now',
	comparing: 'Comparing everybody. With thousands of people this takes a minute…',
	reset: 'Back to the default',
	resetDone: 'The cameras go by the default again.',
	never: 'Not compared yet: the cameras go by the default.',
	current: ({ scoreShift, people }: Calibration, when: string) =>
		scoreShift > 0
			? `Since ${when} the cameras are surer by ${points(scoreShift)} than the default, from ${number.format(people)} people.`
			: `Compared on ${when}, ${number.format(people)} people: the default holds.`,
	isRunning: 'Everybody is being compared already. Wait until that is done.',
	outcome(outcome: CalibrationOutcome): string[] {
		switch (outcome.kind) {
			case 'no-models':
				return ['There are no models on this server yet, so nobody can be enrolled or compared.'];
			case 'too-few':
				return [
					`Only ${number.format(outcome.people)} people are enrolled. From ${number.format(outcome.needed)} on there are enough pairs to compare. Nothing was changed; the default holds until then.`,
				];
			case 'measured':
				return [...measured(outcome), kept(outcome)];
		}
	},

	terminal: {
		usage: `npm run calibrate [-- --dry-run | --reset]

Compares the enrolled people of this school with each other, says whether the default thresholds
hold for them, and by how much they must rise where they do not. Nothing leaves this machine.

  --dry-run   says so, and changes nothing
  --reset     goes by the default again`,
		both: 'Choose one: --dry-run changes nothing, --reset goes by the default again.',
		stopped: 'Stopped. Nothing was changed.',
		otherVersion:
			'The database is of another version than this program: start FaceTrack once, which updates it, then try again.',
	},
} as const;
