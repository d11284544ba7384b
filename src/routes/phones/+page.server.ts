import { DecideDeviceSchema, DecidePasskeySchema, EndDeviceSchema } from '$lib/contract/devices';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

const VIEWS = ['asked', 'in-use', 'changes'] as const;

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'approveDevice');
	const { searchParams } = event.url;
	const view = VIEWS.find((one) => one === searchParams.get('view')) ?? 'asked';
	const { devices } = event.locals.container;
	const [asked, inUse, changes] = await served(
		Promise.all([
			devices.asked(actor),
			view === 'in-use' ? devices.inUse(actor) : [],
			view === 'changes' ? devices.changes(actor) : [],
		]),
	);
	return { now: Date.now(), view, asked, inUse, changes, revoking: searchParams.get('revoke') };
};

export const actions: Actions = {
	decide: (event) => {
		const actor = requireActor(event, 'approveDevice');
		const { devices } = event.locals.container;
		return answerForm(event.request, DecideDeviceSchema, async (decided) => {
			await devices.decide(actor, decided);
			return decided.decision;
		});
	},

	decidePasskey: (event) => {
		const actor = requireActor(event, 'approveDevice');
		const { devices } = event.locals.container;
		return answerForm(event.request, DecidePasskeySchema, async (decided) => {
			await devices.decidePasskey(actor, decided);
			return `passkey-${decided.decision}` as const;
		});
	},

	revoke: (event) => {
		const actor = requireActor(event, 'approveDevice');
		const { devices } = event.locals.container;
		return answerForm(event.request, EndDeviceSchema, async (phone) => {
			await devices.revoke(actor, phone);
			return 'revoked' as const;
		});
	},
};
