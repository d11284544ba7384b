import { UsageError } from '../usage-error';
import { readTable } from './table';

/** Two pictures, by their paths below the folder of pictures. */
export interface Pair {
	a: string;
	b: string;
	/** Both show one person. */
	same: boolean;
	/** Which part of a cross-validation it belongs to, from 0; null where there are none. */
	fold: number | null;
}

const TRUTH: Record<string, boolean | undefined> = { 1: true, true: true, 0: false, false: false };

/**
 * Reads pairs: CSV with the columns a,b,same, or LFW's pairs.txt, which a first line of one or two
 * numbers tells (`10 300`: ten folds of 300 pairs of each kind; `500`: one set).
 *
 * @param file named in errors
 * @throws UsageError with the line that is wrong
 */
export function readPairs(file: string, content: string): Pair[] {
	const header = /^\uFEFF?\s*(\d+)(?:[ \t]+(\d+))?[ \t]*\r?\n/.exec(content);
	const pairs = header
		? readLfw(file, content.trim().split(/\r?\n/), header[1] ?? '', header[2])
		: readCsv(file, content);
	if (pairs.length === 0) throw new UsageError(`${file} holds no pairs.`);
	return pairs;
}

function readCsv(file: string, content: string): Pair[] {
	const columns = { required: ['a', 'b', 'same'], optional: [] } as const;
	return readTable(file, content, columns).map(({ line, cells: { a, b, same: word } }) => {
		const same = TRUTH[word.toLowerCase()];
		if (same === undefined) {
			throw new UsageError(`${file}, line ${line}: same is ${word}; write 1 or 0.`);
		}
		return { a, b, same, fold: null };
	});
}

function readLfw(file: string, lines: string[], first: string, second?: string): Pair[] {
	const [folds, perKind] = second === undefined ? [1, first] : [Number(first), second];
	const foldSize = 2 * Number(perKind);
	if (lines.length - 1 !== folds * foldSize) {
		throw new UsageError(
			`${file} announces ${folds * foldSize} pairs in its first line and holds ${lines.length - 1}.`,
		);
	}
	return lines.slice(1).map((line, i) => ({
		...lfwPair(`${file}, line ${i + 2}`, line),
		fold: folds > 1 ? Math.floor(i / foldSize) : null,
	}));
}

function lfwPair(place: string, line: string): Omit<Pair, 'fold'> {
	const [name = '', one = '', other = '', last, ...more] = line.trim().split(/\s+/);
	const numbers = last === undefined ? [one, other] : [one, last];
	if (more.length > 0 || name === '' || !numbers.every((number) => /^\d+$/.test(number))) {
		throw new UsageError(`${place}: write "Name n1 n2" or "Name1 n1 Name2 n2".`);
	}
	return last === undefined
		? { a: lfwPath(name, one), b: lfwPath(name, other), same: true }
		: { a: lfwPath(name, one), b: lfwPath(other, last), same: false };
}

const lfwPath = (name: string, number: string) => `${name}/${name}_${number.padStart(4, '0')}.jpg`;
