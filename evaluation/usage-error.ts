/** The command was called wrongly, or with files that it cannot read. The message is for the person at the terminal. */
export class UsageError extends Error {
	override name = 'UsageError';
}
