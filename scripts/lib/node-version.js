const OLDEST = [20, 19];

/**
 * Ends the process with one sentence when this Node is too old. Called before anything else is
 * loaded, because what is loaded later may not even parse there.
 */
export function assertNodeVersion() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
	if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
	console.error(
		`FaceTrack needs Node ${OLDEST.join('.')} or newer, and this is ${process.versions.node}: install a newer one from your system or with a version manager.`,
	);
	process.exit(1);
}
