-- What a device kept while it had no network and sends later: when it was made, whether the roll call
-- had closed by then, whose devices may still send, and what was taken already.

alter table school
	-- How long after it was made something that waited on a device is still taken.
	add column late_records_hours integer not null default 24
		check (late_records_hours between 1 and 168);

alter table marks
	-- When it arrived, where it was made before the roll call closed and came in after that.
	add column came_in_at timestamptz;

alter table mark_changes
	-- When somebody did it on their device, which may be long before it arrived (changed_at). Null: then.
	add column made_at timestamptz,
	add column came_in_late boolean not null default false;

-- The devices on which a roll call was on screen while it was open, and whose they were: what their
-- cameras saw may arrive after the closing.
create table roll_call_devices (
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	device_id uuid not null, -- made by the device
	user_id uuid not null references users (id) on delete cascade,
	joined_at timestamptz not null default now(),
	primary key (roll_call_id, device_id, user_id)
);
-- Erasing a person finds what names them.
create index roll_call_devices_user_id_idx on roll_call_devices (user_id);

-- What cameras saw without a network and what was taken since: each counts once, over restarts too.
create table late_batches (
	id uuid primary key, -- made by the device
	roll_call_id uuid not null references roll_calls (id) on delete cascade,
	received_at timestamptz not null default now()
);
create index late_batches_roll_call_id_idx on late_batches (roll_call_id);
-- Older ones than any school takes are deleted by the hourly housekeeping.
create index late_batches_received_at_idx on late_batches (received_at);
