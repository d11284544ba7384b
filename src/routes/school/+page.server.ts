import { SchoolSchema } from '$lib/contract/accounts';
import { CalibrationRequestSchema } from '$lib/contract/calibration';
import { LateRecordSettingsSchema } from '$lib/contract/late-records';
import { NoticeSettingsSchema } from '$lib/contract/notices';
import { RecognitionSettingsSchema } from '$lib/contract/recognition';
import { RiskRuleSchema } from '$lib/contract/reports';
import { StatusNamesSchema } from '$lib/contract/statuses';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'manageSchool');
	const { school, calibration, reports, notices } = event.locals.container;
	const [recognition, lateRecords, current, riskRule, noticesView] = await Promise.all([
		school.recognition(),
		school.lateRecords(),
		calibration.current(),
		reports.riskRule(),
		served(notices.view(actor)),
	]);
	const now = Date.now();
	return { recognition, lateRecords, calibration: current, riskRule, notices: noticesView, now };
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
				booleans: ['recognisesVisitors', 'asksAboutPhotographs'],
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

	lateRecords: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(
			event.request,
			LateRecordSettingsSchema,
			async (settings) => {
				await event.locals.container.school.updateLateRecords(actor, settings);
				return 'lateRecords' as const;
			},
			{ numbers: ['lateRecordsHours'] },
		);
	},

	statuses: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(event.request, StatusNamesSchema, async (names) => {
			await event.locals.container.school.updateStatuses(actor, names);
			return 'statuses' as const;
		});
	},

	notices: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(
			event.request,
			NoticeSettingsSchema,
			async (settings) => {
				await event.locals.container.notices.update(actor, settings);
				return 'notices' as const;
			},
			{ numbers: ['weekday', 'hour'], booleans: ['weekly', 'onRisk', 'toGuardians'] },
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
