/** A student's own mark, and what became of it. */
export const record = {
	back: 'Record',
	started: (day: string, time: string) => `${day}, ${time}`,
	mark: 'Your mark',
	history: 'Every change',
	leftAt: (time: string) => `left at ${time}`,
	cameInLate: 'mark came in after the roll call had closed',
	remark: (text: string) => `Remark: ${text}`,

	/** How a mark came to be; beside those of `common.method`. */
	byName: (name: string) => `by ${name}`,
	byExcuse: 'by an excuse',
} as const;
