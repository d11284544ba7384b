-- A face that looks like a photograph, whom the teacher is asked about where the school wants that.

alter table school
	add column asks_about_photographs boolean not null default false;

alter table doubts
	drop constraint doubts_reason_check,
	add constraint doubts_reason_check check (
		reason in (
			'low-quality', 'close-runner-up', 'weak-match', 'confusable', 'contradicted',
			'unconfirmed', 'photograph'
		)
	);
