import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Measurement } from './measurement';

/**
 * A record: the picture's SHA-256, the kind, quality and ms as float64, the vector as float32, and a
 * checksum of all that, little-endian. What is read equals what was added, to the last bit.
 */
const HASH = 32;
const KIND = HASH;
const QUALITY = KIND + 4;
const MS = QUALITY + 8;
const VECTOR = MS + 8;
const CHECKSUM = 4;

const KINDS = ['broken', 'no-face', 'face'] as const;

/**
 * Measurements of one version of one pipeline, in a file that only grows. Each is on disk when `add`
 * returns, so whatever ends the process, the next one goes on from there.
 */
export class MeasurementCache {
	readonly #file: number;
	readonly #dimensions: number;
	readonly #known = new Map<string, Measurement>();

	/**
	 * @param file made where it is absent; a record that a kill tore off is dropped
	 * @param dimensions of the vectors
	 */
	constructor(file: string, dimensions: number) {
		mkdirSync(path.dirname(file), { recursive: true });
		this.#dimensions = dimensions;
		this.#file = openSync(file, 'a+');
		const content = readFileSync(this.#file);
		const whole = content.length - (content.length % this.#recordSize);
		// Records after a torn one would not stand where they are looked for.
		if (whole < content.length) ftruncateSync(this.#file, whole);
		for (let from = 0; from < whole; from += this.#recordSize) {
			this.#read(content.subarray(from, from + this.#recordSize));
		}
	}

	/** @param hash SHA-256 of the picture, hex */
	get(hash: string): Measurement | undefined {
		return this.#known.get(hash);
	}

	/** @param hash SHA-256 of the picture, hex */
	add(hash: string, measurement: Measurement): void {
		this.#known.set(hash, measurement);
		const record = Buffer.alloc(this.#recordSize);
		record.write(hash, 'hex');
		record.writeUInt8(KINDS.indexOf(measurement.kind), KIND);
		if (measurement.kind !== 'broken') record.writeDoubleLE(measurement.ms, MS);
		if (measurement.kind === 'face') {
			const { quality, vector } = measurement.template;
			record.writeDoubleLE(quality, QUALITY);
			vector.forEach((value, i) => record.writeFloatLE(value, VECTOR + 4 * i));
		}
		const body = record.subarray(0, -CHECKSUM);
		record.writeUInt32LE(crc32(body), body.length);
		writeSync(this.#file, record);
	}

	close(): void {
		closeSync(this.#file);
	}

	get #recordSize(): number {
		return VECTOR + 4 * this.#dimensions + CHECKSUM;
	}

	#read(record: Buffer): void {
		const body = record.subarray(0, -CHECKSUM);
		if (crc32(body) !== record.readUInt32LE(body.length)) return;
		const hash = record.toString('hex', 0, HASH);
		const kind = KINDS[record.readUInt8(KIND)];
		const ms = record.readDoubleLE(MS);
		if (kind === 'broken') this.#known.set(hash, { kind });
		else if (kind === 'no-face') this.#known.set(hash, { kind, ms });
		else if (kind === 'face') {
			const vector = Float32Array.from({ length: this.#dimensions }, (_, i) =>
				record.readFloatLE(VECTOR + 4 * i),
			);
			this.#known.set(hash, {
				kind,
				ms,
				template: { vector, quality: record.readDoubleLE(QUALITY) },
			});
		}
	}
}
