-- Reports: when a school wants a student to be looked after, the indexes of the long questions, and
-- an audit that only grows.

alter table school
	-- So many absences in a row, or a rate below so many per cent (0: never), put a student at risk.
	-- 90: missing a tenth is what US schools report as chronic absence (EDFacts, file 195).
	add column risk_absences_in_row integer not null default 3
		check (risk_absences_in_row between 1 and 100),
	add column risk_rate_below integer not null default 90 check (risk_rate_below between 0 and 100);

-- A report asks who of a class was a member on each of its roll calls' days, past ones too.
create index members_class_id_idx on members (class_id, valid_from);
-- The rule over a whole school reads the marks of thousands of roll calls: with the status in the
-- key's own index it reads no table, a fifth of the time for 100,000 marks. A second index would cost
-- every mark another write, and `version`, which each change of a mark moves, is in one already, so
-- that nothing is lost by naming the status here.
alter table marks
	drop constraint marks_pkey,
	add constraint marks_pkey primary key (roll_call_id, student_id) include (status);
-- A class's period reads its roll calls from roll_calls_class_starts_idx (class_id, starts_at), a
-- student's comes from there too by the few classes that members_student_id_idx finds, and each mark
-- by the key. The days of a whole school go class by class through the same index.

-- What was changed and answered stays as it was written. Only erasing a whole person, class or roll
-- call reaches it: a foreign key's own work is a trigger, which runs this one a level deeper.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
	if tg_op <> 'TRUNCATE' and pg_trigger_depth() > 1 then
		return case tg_op when 'DELETE' then old else new end;
	end if;
	raise exception '% only grows: its rows are neither changed nor deleted', tg_table_name
		using errcode = 'restrict_violation';
end
$$;
create trigger mark_changes_only_grow before update or delete on mark_changes
	for each row execute function refuse_audit_change();
create trigger mark_changes_no_truncate before truncate on mark_changes
	for each statement execute function refuse_audit_change();
create trigger doubt_answers_only_grow before update or delete on doubt_answers
	for each row execute function refuse_audit_change();
create trigger doubt_answers_no_truncate before truncate on doubt_answers
	for each statement execute function refuse_audit_change();
