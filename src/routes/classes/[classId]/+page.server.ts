import { redirect } from '@sveltejs/kit';
import type { FormDataInfo } from 'decode-formdata';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import {
	AddMembersSchema,
	CHECK_IN_SETTINGS,
	ClassSettingsSchema,
	ClassTeacherSchema,
	parseNameLines,
	RemoveMemberSchema,
	ChangeMemberSchema,
} from '$lib/contract/classes';
import {
	ChangeLessonSchema,
	EndLessonSchema,
	ExceptLessonSchema,
	LessonSchema,
	RestoreLessonSchema,
	TimetableRulesSchema,
} from '$lib/contract/timetable';
import { messages } from '$lib/messages';
import { answerForm } from '$lib/server/answer-form';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor, served } from '$lib/server/guard';
import type { Actor, GuardedOperation } from '$lib/server/domain/access';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const VIEWS = ['members', 'add', 'timetable', 'settings'] as const;

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewClass');
	const { params, locals, url } = event;
	const view = VIEWS.find((one) => one === url.searchParams.get('tab')) ?? 'members';
	const { classes, confusable, school, timetable } = locals.container;
	const [detail, pairs, settings, lessons] = await served(
		Promise.all([
			classes.detail(actor, params.classId),
			view === 'members' ? confusable.pairsOf(actor, params.classId) : [],
			view === 'settings'
				? Promise.all([classes.possibleTeachers(actor, params.classId), school.recognition()])
				: null,
			view === 'timetable' ? timetable.of(actor, params.classId) : null,
		]),
	);
	return {
		detail,
		confusable: pairs,
		view,
		editing: url.searchParams.get('edit'),
		timetable: lessons,
		editingLesson: url.searchParams.get('lesson'),
		settings: settings && {
			possibleTeachers: settings[0],
			schoolStrangersPerWrongName: settings[1].strangersPerWrongName,
			passkeyOrigins: locals.container.passkeyOrigins(),
		},
	};
};

/** Most actions here: the guard, then the form's work on this class as whoever sent it. */
function change<const S extends v.GenericSchema, T>(
	event: RequestEvent,
	schema: S,
	work: (actor: Actor, classId: string, data: v.InferOutput<S>) => Promise<T>,
	info?: FormDataInfo,
	operation: GuardedOperation = 'manageClass',
) {
	const actor = requireActor(event, operation);
	const { classId } = event.params;
	return answerForm(event.request, schema, (data) => work(actor, classId, data), info);
}

/** The same, of the class's timetable. */
function changeTimetable<const S extends v.GenericSchema, T>(
	event: RequestEvent,
	schema: S,
	work: (actor: Actor, classId: string, data: v.InferOutput<S>) => Promise<T>,
	info?: FormDataInfo,
) {
	return change(event, schema, work, info, 'manageTimetable');
}

export const actions: Actions = {
	start: async (event) => {
		const actor = requireActor(event, 'openRollCall');
		const { container } = event.locals;
		const rollCall = await served(container.rollCalls.open(actor, event.params.classId));
		redirect(303, resolve('/roll-calls/[id]', { id: rollCall.id }));
	},

	add: async (event) => {
		const actor = requireActor(event, 'manageClass');
		const formData = await event.request.formData();
		const parsed = parseForm(AddMembersSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		const values = typedValues(formData);
		const { members, problems } = parseNameLines(parsed.data.names);
		// All or nothing: half of a list added is a list to compare by hand.
		if (problems.length > 0) {
			return failForm({ values, problems: { names: messages.classes.add.fixFirst } });
		}
		if (members.length === 0) {
			return failForm({ values, problems: { names: messages.refusals.namesMissing } });
		}
		const { classes } = event.locals.container;
		try {
			const { since } = parsed.data;
			const added = await classes.addMembers(actor, event.params.classId, members, since);
			return { done: { what: 'add', ...added } as const };
		} catch (thrown) {
			return failFrom(thrown, values);
		}
	},

	rename: (event) =>
		change(event, ChangeMemberSchema, async (actor, classId, member) => {
			await event.locals.container.classes.changeMember(actor, classId, member);
			return { what: 'rename' } as const;
		}),

	remove: (event) =>
		change(event, RemoveMemberSchema, async (actor, classId, { studentId }) => {
			await event.locals.container.classes.removeMember(actor, classId, studentId);
			return { what: 'remove' } as const;
		}),

	settings: (event) =>
		change(
			event,
			ClassSettingsSchema,
			async (actor, classId, settings) => {
				await event.locals.container.classes.updateSettings(actor, classId, settings);
				return { what: 'settings' } as const;
			},
			{
				numbers: ['lateAfterMinutes', 'strangersPerWrongName'],
				booleans: [...CHECK_IN_SETTINGS],
			},
		),

	addLesson: (event) =>
		changeTimetable(
			event,
			LessonSchema,
			async (actor, classId, lesson) => {
				await event.locals.container.timetable.addLesson(actor, classId, lesson);
				return { what: 'addLesson' } as const;
			},
			{ numbers: ['weekday', 'lengthMinutes'] },
		),

	changeLesson: (event) =>
		changeTimetable(
			event,
			ChangeLessonSchema,
			async (actor, classId, lesson) => {
				await event.locals.container.timetable.changeLesson(actor, classId, lesson);
				return { what: 'changeLesson' } as const;
			},
			{ numbers: ['weekday', 'lengthMinutes'] },
		),

	endLesson: (event) =>
		changeTimetable(event, EndLessonSchema, async (actor, classId, end) => {
			await event.locals.container.timetable.endLesson(actor, classId, end);
			return { what: 'endLesson' } as const;
		}),

	exceptDay: (event) =>
		changeTimetable(event, ExceptLessonSchema, async (actor, classId, exception) => {
			await event.locals.container.timetable.exceptDay(actor, classId, exception);
			return { what: 'exceptDay' } as const;
		}),

	restoreDay: (event) =>
		changeTimetable(event, RestoreLessonSchema, async (actor, classId, lessonDay) => {
			await event.locals.container.timetable.restoreDay(actor, classId, lessonDay);
			return { what: 'restoreDay' } as const;
		}),

	timetableRules: (event) =>
		changeTimetable(
			event,
			TimetableRulesSchema,
			async (actor, classId, rules) => {
				await event.locals.container.timetable.updateRules(actor, classId, rules);
				return { what: 'timetableRules' } as const;
			},
			{ numbers: ['openEarlyMinutes', 'closeAfterMinutes'] },
		),

	addTeacher: (event) =>
		change(event, ClassTeacherSchema, async (actor, classId, { userId }) => {
			await event.locals.container.classes.addTeacher(actor, classId, userId);
			return { what: 'addTeacher' } as const;
		}),

	removeTeacher: async (event) => {
		const actor = requireActor(event, 'manageClass');
		const answer = await change(event, ClassTeacherSchema, async (_, classId, { userId }) => {
			await event.locals.container.classes.removeTeacher(actor, classId, userId);
			return { what: 'removeTeacher', self: userId === actor.id } as const;
		});
		// Whoever leaves a class cannot see it any more; an admin still can.
		if ('done' in answer && answer.done.self && actor.role !== 'admin') {
			redirect(303, resolve('/classes'));
		}
		return answer;
	},

	archive: async (event) => {
		const answer = await change(event, v.object({}), async (actor, classId) => {
			await event.locals.container.classes.archive(actor, classId);
			return { what: 'archive' } as const;
		});
		if ('done' in answer) redirect(303, resolve('/classes'));
		return answer;
	},
};
