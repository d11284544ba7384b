import type { Container } from '$lib/server/container';
import type { Actor } from '$lib/server/domain/access';

declare global {
	namespace App {
		interface Locals {
			container: Container;
			/** Who is signed in; null is nobody. */
			actor: Actor | null;
			/** The session of this request, to end it; null without one. */
			sessionId: string | null;
		}

		interface PageData {
			/** Says itself that there is no network. */
			isOfflinePage?: boolean;
		}

		interface Error {
			message: string;
			/** Names the log line of an unexpected error; a person can read it out to support. */
			errorId?: string;
		}
	}
}
