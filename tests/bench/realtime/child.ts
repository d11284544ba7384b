import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('run-module.js', import.meta.url));

export interface Child<Task, Answer> {
	/** One at a time. */
	ask(task: Task): Promise<Answer>;
	/** Resolves when it is gone. */
	end(): Promise<void>;
}

/** A process of its own that runs `run` of a module beside this one. */
export async function startChild<Task extends object, Answer>(
	module: string,
): Promise<Child<Task, Answer>> {
	const child = fork(PROGRAM, [fileURLToPath(new URL(module, import.meta.url))]);
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const endWithUs = (): void => void child.kill('SIGKILL');
	process.once('exit', endWithUs);
	await answerOf(child);
	return {
		async ask(task) {
			child.send(task);
			return (await answerOf(child)) as Answer;
		},
		async end() {
			process.removeListener('exit', endWithUs);
			child.kill('SIGKILL');
			await gone;
		},
	};
}

function answerOf(child: ChildProcess): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const ended = (): void => reject(new Error('a process of the bench ended before it answered'));
		child.once('exit', ended);
		child.once('message', (answer) => {
			child.removeListener('exit', ended);
			resolve(answer);
		});
	});
}
