-- What a school calls its statuses. A status without a row has the app's own word, letter and colour.

create table status_names (
	status text primary key check (status in ('present', 'late', 'absent', 'excused')),
	word text not null check (length(word) between 1 and 20),
	letter text not null check (length(letter) = 1),
	colour text not null check (
		colour in ('green', 'amber', 'red', 'blue', 'violet', 'teal', 'pink')
	)
);
