import { AskExcuseSchema, WithdrawExcuseSchema } from '$lib/contract/excuses';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'askExcuse');
	return { now: Date.now(), ...(await served(event.locals.container.excuses.own(actor))) };
};

export const actions: Actions = {
	ask: (event) => {
		const actor = requireActor(event, 'askExcuse');
		return answerForm(event.request, AskExcuseSchema, async (asked) => {
			await event.locals.container.excuses.ask(actor, asked);
			return { what: 'ask' } as const;
		});
	},

	withdraw: (event) => {
		const actor = requireActor(event, 'askExcuse');
		return answerForm(event.request, WithdrawExcuseSchema, async (excuse) => {
			await event.locals.container.excuses.withdraw(actor, excuse);
			return { what: 'withdraw' } as const;
		});
	},
};
