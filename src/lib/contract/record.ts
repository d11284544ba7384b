import type { DisputeRefusal, DisputeView } from './disputes';
import type { MarkChangeView } from './marks';
import type { MarkMethod, MarkStatus } from './terms';

/** A student's own mark. Instants are ms since 1970. */
export interface OwnMark {
	rollCallId: string;
	className: string;
	startsAt: number;
	/** Null: taken back. */
	status: MarkStatus | null;
	method: MarkMethod;
	markedAt: number;
	minutesLate: number | null;
	/** When they left early. */
	leftAt: number | null;
	remark: string | null;
	/** Made before the roll call closed, and came in after that; left out where that is not so. */
	cameInLate?: true;
	/** The name of whoever marked; null for the camera, the rule, or an account that is gone. */
	markedBy: string | null;
}

/** A student's own mark with all that became of it. */
export interface OwnMarkStory {
	mark: OwnMark;
	/** The oldest change first. */
	history: MarkChangeView[];
	/** The newest first. */
	disputes: DisputeView[];
	/** Null: it can be disputed. */
	refusal: DisputeRefusal | null;
	/** For how many days after its roll call a mark can be disputed. */
	disputeDays: number;
}
