import type * as v from 'valibot';
import {
	DecideExcuseSchema,
	EXCUSE_LISTS,
	RecordExcuseSchema,
	WithdrawExcuseSchema,
} from '$lib/contract/excuses';
import { answerForm } from '$lib/server/answer-form';
import type { Actor } from '$lib/server/domain/access';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const MOST_PAGES = 1000;

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'manageExcuses');
	const { excuses } = event.locals.container;
	const { searchParams } = event.url;
	const view = searchParams.get('view');
	const list = EXCUSE_LISTS.find((one) => one === view) ?? 'waiting';
	const page = Number(searchParams.get('page') ?? 1);
	const [waiting, shown, writing] = await served(
		Promise.all([
			excuses.countWaiting(actor),
			view === 'write' ? null : excuses.list(actor, list, isPage(page) ? page : 1),
			view === 'write' ? readWriting(event, actor) : null,
		]),
	);
	return {
		now: Date.now(),
		view: view === 'write' ? view : list,
		waiting,
		shown: shown && { list, ...shown },
		writing,
	};
};

const isPage = (page: number) => Number.isInteger(page) && page >= 1 && page <= MOST_PAGES;

/** What writing an excuse down needs: the student that the address names, or all to choose from. */
async function readWriting({ url, locals }: Pick<RequestEvent, 'url' | 'locals'>, actor: Actor) {
	const { excuses } = locals.container;
	const studentId = url.searchParams.get('student');
	const query = url.searchParams.get('q') ?? '';
	const today = await excuses.today();
	if (studentId === null) {
		return { today, query, student: null, students: await excuses.students(actor) };
	}
	return { today, query, student: await excuses.student(actor, studentId), students: [] };
}

/** Every action here: the guard, then the form's work as whoever sent it. */
function change<const S extends v.GenericSchema, T>(
	event: RequestEvent,
	schema: S,
	work: (actor: Actor, data: v.InferOutput<S>) => Promise<T>,
) {
	const actor = requireActor(event, 'manageExcuses');
	return answerForm(event.request, schema, (data) => work(actor, data));
}

export const actions: Actions = {
	record: (event) =>
		change(event, RecordExcuseSchema, async (actor, excuse) => {
			const { standing } = await event.locals.container.excuses.record(actor, excuse);
			return { what: 'record', standing } as const;
		}),

	decide: (event) =>
		change(event, DecideExcuseSchema, async (actor, decided) => {
			const applied = await event.locals.container.excuses.decide(actor, decided);
			return { what: decided.decision, ...applied } as const;
		}),

	withdraw: (event) =>
		change(event, WithdrawExcuseSchema, async (actor, excuse) => {
			await event.locals.container.excuses.withdraw(actor, excuse);
			return { what: 'withdraw' } as const;
		}),
};
