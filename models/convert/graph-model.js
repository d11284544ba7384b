import { Float16Array } from '@petamoriken/float16';

/**
 * Collects the nodes and weights of a TensorFlow.js graph model. The format is that of
 * tensorflow/tfjs `tfjs-converter` (`data/compiled_api.ts`): a TensorFlow GraphDef as JSON, in which
 * byte strings are base64 and 64-bit integers are decimal strings, plus one file of weights.
 */
export class GraphModelWriter {
	/** @type {object[]} */
	#nodes = [];
	/** @type {{ name: string, shape: number[], dtype: 'float32' | 'int32', quantization?: { dtype: 'float16' } }[]} */
	#weights = [];
	/** @type {Uint8Array[]} */
	#chunks = [];
	/** @type {Precision} */
	#precision;

	/** @param {Precision} precision of the stored weights; TensorFlow.js computes in float32 always */
	constructor(precision) {
		this.#precision = precision;
	}

	/**
	 * Adds an operation.
	 * @param {string} name unique in the graph; also the name of its output tensor
	 * @param {string} op TensorFlow operator
	 * @param {string[]} input names of the tensors that it takes
	 * @param {Record<string, object>} attr attributes, see {@link attribute}
	 * @returns {string} the name, to be used as an input of others
	 */
	node(name, op, input, attr = {}) {
		this.#nodes.push({ name, op, input, attr });
		return name;
	}

	/**
	 * Adds a constant.
	 * @param {string} name unique in the graph
	 * @param {number[]} shape its dimensions; empty for a scalar
	 * @param {Float32Array | Int32Array} values row-major, as many as the shape says
	 * @returns {string} the name
	 * @throws {Error} when shape and values disagree
	 */
	constant(name, shape, values) {
		if (shape.reduce((a, b) => a * b, 1) !== values.length) {
			throw new Error(
				`Constant ${name} has ${values.length} values for the shape [${shape.join()}].`,
			);
		}
		const float = values instanceof Float32Array;
		const dtype = attribute.type(float ? 'DT_FLOAT' : 'DT_INT32');
		const tensorShape = { dim: shape.map((size) => ({ size: String(size) })) };
		const value = { tensor: { dtype: dtype.type, tensorShape } };
		this.#nodes.push({ name, op: 'Const', input: [], attr: { dtype, value } });
		const halved = float && this.#precision === 'float16';
		this.#weights.push({
			name,
			shape,
			dtype: float ? 'float32' : 'int32',
			...(halved && { quantization: { dtype: /** @type {const} */ ('float16') } }),
		});
		const stored = halved ? new Float16Array(values) : values;
		this.#chunks.push(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
		return name;
	}

	/**
	 * @param {{ input: Port, output: Port, generatedBy: string }} about names and shapes of the model's ends
	 * @returns {{ json: string, weights: Uint8Array }} `model.json` and `weights.bin`
	 */
	finish({ input, output, generatedBy }) {
		const json = JSON.stringify({
			format: 'graph-model',
			generatedBy,
			signature: { inputs: port(input), outputs: port(output) },
			modelTopology: { node: this.#nodes, versions: { producer: 1087 } },
			weightsManifest: [{ paths: ['weights.bin'], weights: this.#weights }],
		});
		return { json, weights: new Uint8Array(Buffer.concat(this.#chunks)) };
	}
}

/** @typedef {'float32' | 'float16'} Precision */

/** @typedef {{ name: string, shape: number[] }} Port a free dimension is -1 */

/**
 * @param {Port} of
 * @returns {object} the entry of a signature
 */
function port({ name, shape }) {
	const tensorShape = { dim: shape.map((size) => ({ size: String(size) })) };
	return { [name]: { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape } };
}

/** @param {string} text */
const base64 = (text) => Buffer.from(text, 'utf8').toString('base64');

/** Attributes in the JSON form of TensorFlow's AttrValue. */
export const attribute = {
	/** @param {string} type for example `DT_FLOAT` */
	type: (type) => ({ type }),
	/** @param {number[]} list */
	ints: (list) => ({ list: { i: list.map(String) } }),
	/** @param {number} value */
	int: (value) => ({ i: String(value) }),
	/** @param {string} text */
	string: (text) => ({ s: base64(text) }),
	/** @param {string[]} list */
	strings: (list) => ({ list: { s: list.map(base64) } }),
	/** @param {number[]} shape */
	shape: (shape) => ({ shape: { dim: shape.map((size) => ({ size: String(size) })) } }),
};
