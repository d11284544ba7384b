import { createContext, untrack } from 'svelte';
import type { Workbox } from 'workbox-window';
import { isAnyoneBusy, keepBusy, whenNobodyIsBusy } from './busy';

const SERVICE_WORKER = '/service-worker.js';
/** A tablet may lie open for weeks; browsers themselves look only when a page is loaded. */
const LOOK_EVERY_MS = 60 * 60 * 1000;

/**
 * A new version of the app: it is fetched in the background and waits. It is offered when nobody is in
 * the middle of something, and taken when somebody says so.
 */
export class AppUpdate {
	#isWaiting = $state(false);
	/** Nobody is busy, in this tab or another one. */
	#isFree = $state(false);
	#holds = $state(0);
	#isLater = $state(false);
	#isTaken = $state(false);
	/** Whether the page should ask now. */
	readonly offered = $derived(
		this.#isWaiting && this.#isFree && this.#holds === 0 && !this.#isLater,
	);
	#workbox: Workbox | null = null;
	#registration: ServiceWorkerRegistration | undefined;

	/** Somebody said yes, and the page is about to load anew. */
	get isTaken(): boolean {
		return this.#isTaken;
	}

	/** Registers the service worker once the page is there. @returns the way to stop looking for updates */
	start(): () => void {
		const timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
		void this.#register();
		return () => clearInterval(timer);
	}

	/** Nothing is asked from now on, in no tab. @returns the way to say that it ended */
	hold(): () => void {
		const release = keepBusy();
		untrack(() => this.#holds++);
		return () => {
			release();
			this.#holds--;
		};
	}

	/** Not in this visit. */
	later(): void {
		this.#isLater = true;
	}

	/**
	 * Makes the new version the one in use, and loads the page anew.
	 * @returns false when somebody is busy in another tab, whose version would change under them
	 */
	async accept(): Promise<boolean> {
		if (await isAnyoneBusy()) {
			this.#isFree = false;
			void this.#offer();
			return false;
		}
		this.#isTaken = true;
		// Nothing waits any more where another tab took the update: this page is still the old one.
		if (this.#registration?.waiting) this.#workbox?.messageSkipWaiting();
		else location.reload();
		return true;
	}

	async #register(): Promise<void> {
		// Not at an address without encryption, nor where storage is blocked: then it is a website.
		if (!('serviceWorker' in navigator)) return;
		const { Workbox } = await import('workbox-window');
		const workbox = new Workbox(SERVICE_WORKER);
		this.#workbox = workbox;
		workbox.addEventListener('waiting', () => void this.#offer());
		workbox.addEventListener('controlling', () => {
			if (this.#isTaken) location.reload();
		});
		try {
			this.#registration = await workbox.register();
		} catch {
			// The server is away, or the browser does not let us: the next visit tries again.
		}
	}

	async #look(): Promise<void> {
		try {
			await this.#registration?.update();
		} catch {
			// Offline: the next hour will do.
		}
	}

	async #offer(): Promise<void> {
		this.#isWaiting = true;
		await whenNobodyIsBusy();
		this.#isFree = true;
	}
}

/** Set by the root layout. */
export const [getAppUpdate, setAppUpdate] = createContext<AppUpdate>();
