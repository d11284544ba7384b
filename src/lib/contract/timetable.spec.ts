/** Protects what the forms of a timetable take, and the sentence for each mistake. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { validation } from '$lib/messages/en/validation';
import { ExceptLessonSchema, LessonSchema, ReopenRollCallSchema } from './timetable';

/** As the form's fields arrive, numbers read as such. */
const FORM = {
	weekday: 1,
	startsAt: '09:00',
	lengthMinutes: 45,
	room: ' 12 ',
	firstDay: '2026-11-23',
	lastDay: '',
};

/** The problems by field, the first of each as forms show it. */
function problemsOf(schema: v.GenericSchema, form: object): Record<string, string> {
	const { issues = [] } = v.safeParse(schema, form);
	const problems: Record<string, string> = {};
	for (const issue of issues) problems[v.getDotPath(issue) ?? ''] ??= issue.message;
	return problems;
}

describe('a lesson', () => {
	it('is taken without a room and without an end', () => {
		expect(v.parse(LessonSchema, FORM)).toEqual({ ...FORM, room: '12', lastDay: null });
		expect(v.parse(LessonSchema, { ...FORM, room: ' ' }).room).toBeNull();
		expect(v.parse(LessonSchema, { ...FORM, lastDay: '2026-11-23' }).lastDay).toBe('2026-11-23');
	});

	it.each([
		[{ startsAt: '' }, { startsAt: validation.timeOfDay }],
		[{ startsAt: '24:00' }, { startsAt: validation.timeOfDay }],
		[{ weekday: 8 }, { weekday: validation.weekday }],
		[{ lengthMinutes: 0 }, { lengthMinutes: validation.minutesFrom(1, 720) }],
		[{ lengthMinutes: null }, { lengthMinutes: validation.minutesMissing }],
		[{ firstDay: '' }, { firstDay: validation.dayMissing }],
		[{ firstDay: '2026-02-31' }, { firstDay: validation.day }],
		[{ lastDay: '2026-2-1' }, { lastDay: validation.day }],
		[{ lastDay: '2026-11-22' }, { lastDay: validation.lastDay }],
		[{ room: 'x'.repeat(61) }, { room: validation.roomLong }],
	])('with %o is refused', (changes, problems) => {
		expect(problemsOf(LessonSchema, { ...FORM, ...changes })).toEqual(problems);
	});

	it('that breaks several rules is told of each of them', () => {
		const problems = problemsOf(LessonSchema, { ...FORM, startsAt: '', lastDay: '2026-11-22' });
		expect(Object.keys(problems).sort()).toEqual(['lastDay', 'startsAt']);
	});
});

describe('an exception', () => {
	const day = { lessonId: '3f1c1e0e-6f0a-4f6e-9a52-0a8f5f0f5b11', day: '2026-11-23' };

	it('needs a time only where the lesson is moved', () => {
		expect(v.is(ExceptLessonSchema, { ...day, kind: 'cancelled', startsAt: '' })).toBe(true);
		expect(problemsOf(ExceptLessonSchema, { ...day, kind: 'moved', startsAt: '' })).toEqual({
			startsAt: validation.timeOfDay,
		});
	});
});

it('a roll call is opened again only with a reason', () => {
	expect(problemsOf(ReopenRollCallSchema, { reason: '  ' })).toEqual({
		reason: validation.reasonMissing,
	});
});
