/**
 * Keeps the screen on while the page is in sight. Browsers let go of the lock whenever the page is
 * hidden, so it is taken again each time the page comes back.
 * @returns the way to let the screen sleep again.
 */
export function keepAwake(): () => void {
	let lock: WakeLockSentinel | null = null;
	let ended = false;
	const take = async () => {
		if (document.hidden || !('wakeLock' in navigator)) return;
		try {
			const taken = await navigator.wakeLock.request('screen');
			if (ended) await taken.release();
			else lock = taken;
		} catch {
			// A low battery or a policy refuses: then the screen sleeps as the device decides.
		}
	};
	const onVisible = () => void take();
	document.addEventListener('visibilitychange', onVisible);
	void take();
	return () => {
		ended = true;
		document.removeEventListener('visibilitychange', onVisible);
		void lock?.release();
	};
}
