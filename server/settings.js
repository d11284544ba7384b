/** Takes settings from the file `.env` of the program; what the environment already says stands. */
export function readSettingsFile() {
	try {
		process.loadEnvFile(new URL('../.env', import.meta.url));
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
	}
}
