const rules = new Intl.PluralRules('en');

/** `plural(2, { one: '# student', other: '# students' })` gives "2 students". */
export function plural(count: number, forms: { one: string; other: string }): string {
	const form = rules.select(count) === 'one' ? forms.one : forms.other;
	return form.replace('#', String(count));
}
