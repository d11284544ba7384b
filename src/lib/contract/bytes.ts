import * as v from 'valibot';

/** Binary data as sockets carry it. */
export const bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be binary');

export const exactBytes = (length: number) =>
	v.pipe(
		bytes,
		v.check(({ byteLength }) => byteLength === length, `must be ${length} bytes`),
	);
