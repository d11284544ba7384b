-- Passkeys beside the phones' own keys, phones that were taken out of use, and who changed what of both.

alter table classes
	-- What has to sign a check-in: nothing, the phone's own key, or that and a passkey besides.
	add column check_in_signature text not null default 'device'
		check (check_in_signature in ('none', 'device', 'passkey'));
update classes set check_in_signature = 'none' where not check_in_asks_signature;
alter table classes drop column check_in_asks_signature;

alter table check_in_attempts
	add column signature text not null default 'none'
		check (signature in ('none', 'device', 'passkey'));
update check_in_attempts set signature = 'device' where asks_signature;
alter table check_in_attempts drop column asks_signature;

alter table devices
	-- Why it does not sign any more: the student reads it where they try. Null for those of before.
	add column revoked_because text
		check (revoked_because in ('replaced', 'declined', 'forgotten', 'revoked')),
	add constraint devices_revoked_check check (revoked_because is null or state = 'revoked'),
	-- SHA-256 of the challenge that a new passkey has to answer; one at a time, used once.
	add column passkey_challenge_hash bytea,
	add column passkey_challenge_expires_at timestamptz,
	add constraint devices_passkey_challenge_check
		check ((passkey_challenge_hash is null) = (passkey_challenge_expires_at is null));

-- A key behind the phone's own lock (WebAuthn). It counts on the phone that it was made on, alone.
create table passkeys (
	id uuid primary key default gen_random_uuid(),
	device_id uuid not null references devices (id) on delete cascade,
	-- One student's, on one phone, for good: also one that does not sign any more.
	credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
	public_key bytea not null, -- COSE_Key
	rp_id text not null, -- the name of the server that it was made for
	sign_count bigint not null check (sign_count between 0 and 4294967295),
	state text not null check (state in ('asked', 'active', 'revoked')),
	registered_at timestamptz not null,
	decided_by uuid references users (id) on delete set null, -- null: it was the phone's first
	decided_at timestamptz,
	last_used_at timestamptz
);
create unique index passkeys_active_key on passkeys (device_id) where state = 'active';
create unique index passkeys_asked_key on passkeys (device_id) where state = 'asked';
create index passkeys_device_id_idx on passkeys (device_id);

-- Who changed what of a student's phones: an audit that only grows.
create table device_changes (
	id bigint generated always as identity primary key,
	device_id uuid not null, -- no key: one that waited is gone when another takes its place
	device_name text not null,
	student_id uuid not null references users (id) on delete cascade,
	what text not null check (what in (
		'registered', 'asked', 'approved', 'declined', 'replaced', 'forgotten', 'revoked',
		'passkey-registered', 'passkey-asked', 'passkey-approved', 'passkey-declined'
	)),
	changed_by uuid references users (id) on delete set null,
	changed_at timestamptz not null
);
create index device_changes_student_id_idx on device_changes (student_id, id);
create trigger device_changes_only_grow before update or delete on device_changes
	for each row execute function refuse_audit_change();
create trigger device_changes_no_truncate before truncate on device_changes
	for each statement execute function refuse_audit_change();
