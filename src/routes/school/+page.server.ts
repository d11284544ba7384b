import { SchoolSchema } from '$lib/contract/accounts';
import { CalibrationRequestSchema } from '$lib/contract/calibration';
import { RecognitionSettingsSchema } from '$lib/contract/recognition';
import { RiskRuleSchema } from '$lib/contract/reports';
import { answerForm } from '$lib/server/answer-form';
import { requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	requireActor(event, 'manageSchool');
	const { school, calibration, reports } = event.locals.container;
	const [recognition, current, riskRule] = await Promise.all([
		school.recognition(),
		calibration.current(),
		reports.riskRule(),
	]);
	return { recognition, calibration: current, riskRule };
};

export const actions: Actions = {
	save: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(event.request, SchoolSchema, async (school) => {
			await event.locals.container.school.update(actor, school);
			return 'save' as const;
		});
	},

	recognition: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(
			event.request,
			RecognitionSettingsSchema,
			async (settings) => {
				await event.locals.container.school.updateRecognition(actor, settings);
				return 'recognition' as const;
			},
			{
				numbers: ['strangersPerWrongName', 'decisionRetentionDays'],
				booleans: ['recognisesVisitors'],
			},
		);
	},

	riskRule: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(
			event.request,
			RiskRuleSchema,
			async (rule) => {
				await event.locals.container.reports.updateRiskRule(actor, rule);
				return 'riskRule' as const;
			},
			{ numbers: ['absencesInRow', 'rateBelow'] },
		);
	},

	calibrate: (event) => {
		const actor = requireActor(event, 'manageSchool');
		const { calibration } = event.locals.container;
		return answerForm(event.request, CalibrationRequestSchema, async ({ step }) => {
			if (step === 'compare') {
				return { calibration: await calibration.run(actor, { apply: true }) };
			}
			await calibration.reset(actor);
			return { calibration: 'reset' as const };
		});
	},
};
