import type { RosterChanges } from './roster-changes';

/** Vectors kept of one student in one roll call: more than five failures within minutes can send. */
const MOST_FRAMES = 64;

/** Longer than any lesson: a roll call that was forgotten open keeps nobody's face. */
const KEPT_MS = 3 * 60 * 60_000;

export type CheckInFrames = ReturnType<typeof createCheckInFrames>;

interface RollCallFrames {
	ofStudent: Map<string, Float32Array[]>;
	timer: NodeJS.Timeout;
}

/**
 * The vectors that students sent in roll calls that are open, in this server's memory alone: what was
 * sent once is not taken a second time, also when it was changed a little. They are overwritten when
 * the roll call closes, and when a student's consent ends.
 */
export function createCheckInFrames(changes: Pick<RosterChanges, 'subscribe'>) {
	const rollCalls = new Map<string, RollCallFrames>();

	function forgetRollCall(rollCallId: string): void {
		const known = rollCalls.get(rollCallId);
		if (known === undefined) return;
		clearTimeout(known.timer);
		known.ofStudent.forEach(wipe);
		rollCalls.delete(rollCallId);
	}

	function remember(rollCallId: string): RollCallFrames {
		const timer = setTimeout(forgetRollCall, KEPT_MS, rollCallId).unref();
		const known = { ofStudent: new Map<string, Float32Array[]>(), timer };
		rollCalls.set(rollCallId, known);
		return known;
	}

	const stopListening = changes.subscribe(({ rollCallId, state }) => {
		if (state === 'closed') forgetRollCall(rollCallId);
	});

	return {
		/** What the student sent before. */
		of(rollCallId: string, studentId: string): readonly Float32Array[] {
			return rollCalls.get(rollCallId)?.ofStudent.get(studentId) ?? [];
		},

		/** Keeps copies. */
		add(rollCallId: string, studentId: string, frames: readonly Float32Array[]): void {
			const { ofStudent } = rollCalls.get(rollCallId) ?? remember(rollCallId);
			const kept = [...(ofStudent.get(studentId) ?? []), ...frames.map((frame) => frame.slice())];
			wipe(kept.splice(0, Math.max(0, kept.length - MOST_FRAMES)));
			ofStudent.set(studentId, kept);
		},

		forgetStudent(studentId: string): void {
			for (const { ofStudent } of rollCalls.values()) {
				wipe(ofStudent.get(studentId) ?? []);
				ofStudent.delete(studentId);
			}
		},

		dispose(): void {
			stopListening();
			[...rollCalls.keys()].forEach(forgetRollCall);
		},
	};
}

/** Overwrites vectors: what is dropped must not wait for others' data. */
export function wipe(vectors: readonly Float32Array[]): void {
	vectors.forEach((vector) => vector.fill(0));
}
