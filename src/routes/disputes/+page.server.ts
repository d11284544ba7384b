import { AnswerDisputeSchema } from '$lib/contract/disputes';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'answerDispute');
	const { disputes } = event.locals.container;
	return { now: Date.now(), ...(await served(disputes.list(actor))) };
};

export const actions: Actions = {
	answer: (event) => {
		const actor = requireActor(event, 'answerDispute');
		const { disputes } = event.locals.container;
		return answerForm(
			event.request,
			AnswerDisputeSchema,
			async (answer) => ({
				decision: answer.decision,
				studentName: (await disputes.answer(actor, answer)).studentName,
			}),
			{ numbers: ['minutesLate'] },
		);
	},
};
