// Where things lie in a gallery's memory, in bytes. Both languages read this file: TypeScript to make
// room, AssemblyScript to find it.

/** Numbers of a vector. */
export const DIMENSIONS = 512;
/** Probes that one pass over the references answers; more would not fit the cache any better. */
export const MAX_PROBES = 16;

/** One record each, with room to spare: `Probe` and `Student` of structures.as.ts. */
export const PROBE_BYTES = 64;
export const STUDENT_BYTES = 64;
/** The integer products of one row with up to four probes, an int32 each. */
export const PRODUCT_BYTES = 16;

/** `Sections` of structures.as.ts. */
export const SECTIONS = 0;
export const PROBES = 64;
/** Two sums of vectors, float64: what `quantise` adds up. Zeros between two students. */
export const SUMS = PROBES + MAX_PROBES * PROBE_BYTES;
export const SUMS_BYTES = 2 * DIMENSIONS * 8;
/** The probes as float64. */
export const PROBE_VECTORS = SUMS + SUMS_BYTES;
/** The probes as int16. */
export const PROBE_INTEGERS = PROBE_VECTORS + MAX_PROBES * DIMENSIONS * 8;
/** From here on whatever depends on the gallery's size. */
export const FIXED_BYTES = PROBE_INTEGERS + MAX_PROBES * DIMENSIONS * 2;
