/** What the terminal shows to whoever starts the server. */
export const terminal = {
	firstAdmin: (link: string) =>
		`There is no admin yet. This link makes the first one, once, within 7 days: ${link}`,
} as const;
