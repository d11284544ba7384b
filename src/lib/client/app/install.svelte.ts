import { keep, recall } from '../device-memory';
import { Listeners } from '../realtime/listeners';

/** Chromium's event; no standard has it, and no library of types. */
interface BeforeInstallPromptEvent extends Event {
	prompt(): Promise<unknown>;
}

/** How the app comes onto this device: asked for by a button, or by hand through the share menu. */
export type InstallWay = 'button' | 'share';

const KEY = 'facetrack-install';
const [SEEN, DISMISSED] = ['seen', 'dismissed'];

let asked: BeforeInstallPromptEvent | null = null;
const changes = new Listeners();

/**
 * Keeps the browser's offer for a button of ours. Called before anything is drawn: the offer comes
 * once, and may come before a page listens.
 */
export function keepInstallOffer(): void {
	window.addEventListener('beforeinstallprompt', (event) => {
		if (!isInstallPrompt(event)) return;
		event.preventDefault();
		asked = event;
		changes.tell();
	});
	window.addEventListener('appinstalled', () => {
		asked = null;
		changes.tell();
	});
}

/**
 * Whether a browser puts apps on its device through the share menu alone: those of iPhone and iPad. An
 * iPad says that it is a Mac; Macs have no screen to touch.
 */
export function installsByShare(userAgent: string, touchPoints: number): boolean {
	return /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && touchPoints > 1);
}

/** What is said about putting the app on this device. */
export class InstallOffer {
	#way = $state<InstallWay | null>(null);
	#isDue = $state(false);

	/** Null where the app is installed already, or this browser installs none. */
	get way(): InstallWay | null {
		return this.#way;
	}
	/**
	 * Whether to offer it unasked: from the second visit on, when people know what it is that they would
	 * keep, and until somebody says "not now" on this device.
	 */
	get isDue(): boolean {
		return this.#isDue;
	}

	/**
	 * In a browser only.
	 * @param isVisit it is a page that offers it unasked
	 * @returns the way to stop listening
	 */
	start(isVisit: boolean): () => void {
		const before = recall(KEY);
		this.#isDue = before === SEEN;
		if (isVisit && before === null) keep(KEY, SEEN);
		const look = () => (this.#way = wayNow());
		look();
		return changes.add(look);
	}

	/** Has the browser ask; it asks once for each offer. */
	async install(): Promise<void> {
		const offer = asked;
		asked = null;
		await offer?.prompt();
		this.#way = wayNow();
	}

	dismiss(): void {
		keep(KEY, DISMISSED);
		this.#isDue = false;
	}
}

function wayNow(): InstallWay | null {
	if (matchMedia('(display-mode: standalone)').matches) return null;
	if (asked !== null) return 'button';
	return installsByShare(navigator.userAgent, navigator.maxTouchPoints) ? 'share' : null;
}

const isInstallPrompt = (event: Event): event is BeforeInstallPromptEvent =>
	'prompt' in event && typeof event.prompt === 'function';
