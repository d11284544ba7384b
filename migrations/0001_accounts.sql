-- The school, its accounts and how they sign in.

create table school (
	id smallint primary key default 1 check (id = 1), -- one school an installation
	name text not null check (length(name) between 1 and 200),
	time_zone text not null -- IANA name; every date on a screen is a day of this zone
);
insert into school (name, time_zone) values ('My school', 'UTC');

create table users (
	id uuid primary key default gen_random_uuid(),
	role text not null check (role in ('student', 'teacher', 'admin')),
	name text not null check (length(name) between 1 and 200),
	-- Null until the person takes up an invitation: a student on a roster needs no account to be marked.
	sign_in_name text check (sign_in_name = lower(sign_in_name)),
	password_hash text,
	student_number text check (length(student_number) between 1 and 64),
	created_at timestamptz not null default now(),
	disabled_at timestamptz,
	check ((sign_in_name is null) = (password_hash is null)),
	check (student_number is null or role = 'student')
);
-- Sign-in looks an account up by name; a number names one student of the school.
create unique index users_sign_in_name_key on users (sign_in_name);
create unique index users_student_number_key on users (student_number);
-- "Is there an admin yet" at every start, and the people page by role.
create index users_role_idx on users (role);

create table sessions (
	id text primary key,
	user_id uuid not null references users (id) on delete cascade,
	expires_at timestamptz not null
);
-- Signing out everywhere deletes by user.
create index sessions_user_id_idx on sessions (user_id);

create table invitations (
	id uuid primary key default gen_random_uuid(),
	-- SHA-256 of the token: the table alone opens no account.
	token_hash bytea not null unique,
	role text not null check (role in ('student', 'teacher', 'admin')),
	-- The account that the invitation opens; null makes a new one.
	user_id uuid references users (id) on delete cascade,
	created_by uuid references users (id) on delete set null,
	created_at timestamptz not null default now(),
	expires_at timestamptz not null,
	used_at timestamptz
);
create index invitations_user_id_idx on invitations (user_id);
create index invitations_created_by_idx on invitations (created_by);

-- Counters of rate-limiter-flexible (its own layout); shared by all nodes and kept over restarts.
create table rate_limits (
	key varchar(255) primary key,
	points integer not null default 0,
	expire bigint
);
