// The records in a gallery's memory.
import { PROBES, PROBE_BYTES, SECTIONS, STUDENT_BYTES } from './addresses.as';

/** Where the parts that depend on the gallery's size begin; written by packing.ts, in this order. */
@unmanaged
export class Sections {
	/** The references as they came: 512 float32 a row. */
	exact!: u32;
	/** The same rows as int8. */
	quantised!: u32;
	/** A `Student` each, in the order of their rows. */
	students!: u32;
	/** For each probe as many float64 as students: bounds first, then the scores of those found. */
	scores!: u32;
	/** For each probe as many uint32 as students: the positions of those found. */
	found!: u32;
	/** Integer products of the rows with up to four probes: four int32 a row. */
	products!: u32;
	/** For how many students there is room. */
	capacity!: u32;
}

/** One vector that is compared. */
@unmanaged
export class Probe {
	/** How many students were found. */
	found!: u32;
	/** The vector is about its integers times this. */
	scale!: f64;
	length!: f64;
	/** Length of what the integers miss. */
	error!: f64;
	/** The highest two scores that students have at least. */
	best!: f64;
	second!: f64;
}

/** One student's rows, and what the bound of their score needs. */
@unmanaged
export class Student {
	first!: u32;
	rows!: u32;
	/** The rows are about their integers times this. */
	scale!: f64;
	/** A score is `nearest` times the largest cosine and `sum` times the sum of all. */
	nearest!: f64;
	sum!: f64;
	/** By how much a score errs at most for each unit of a probe's length. */
	error!: f64;
	/** By how much a score errs at most for each unit of a probe's error. */
	reach!: f64;
}

export function sections(): Sections {
	return changetype<Sections>(SECTIONS);
}

export function probeAt(index: u32): Probe {
	return changetype<Probe>(PROBES + index * PROBE_BYTES);
}

export function studentAt(index: u32): Student {
	return changetype<Student>(sections().students + index * STUDENT_BYTES);
}
