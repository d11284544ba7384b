import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/**
 * One operation of an ONNX graph.
 * @typedef {object} OnnxNode
 * @property {string} op ONNX operator name, for example `Conv`
 * @property {string[]} inputs names of tensors, in the operator's order
 * @property {string} output name of the tensor that it makes (operators read here have one output)
 * @property {Map<string, number[]>} ints integer attributes; a single integer is a list of one
 */

/**
 * A tensor stored in the file.
 * @typedef {object} OnnxTensor
 * @property {number[]} dims shape, in ONNX order (NCHW for pictures, OIHW for kernels)
 * @property {Float32Array} values row-major; integer tensors are widened to float
 */

/**
 * A whole graph.
 * @typedef {object} OnnxGraph
 * @property {OnnxNode[]} nodes in execution order
 * @property {Map<string, OnnxTensor>} tensors weights by name
 * @property {{ name: string, dims: number[] }} input the one free input
 * @property {{ name: string, dims: number[] }} output the one output
 */

const FLOAT = 1;
const INT64 = 7;

/**
 * @param {Uint8Array} raw little-endian bytes, not necessarily aligned
 * @returns {DataView} a view over exactly these bytes
 */
function viewOf(raw) {
	return new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
}

/**
 * @param {{ name: string, dims: number[], dataType: number, rawData: Uint8Array, floatData: number[], int64Data: number[] }} tensor
 * @returns {OnnxTensor} the same tensor as float
 */
function readTensor(tensor) {
	const { name, dims, dataType, rawData, floatData, int64Data } = tensor;
	const raw = viewOf(rawData);
	if (dataType === FLOAT) {
		const values = rawData.length
			? Float32Array.from({ length: raw.byteLength / 4 }, (_, i) => raw.getFloat32(i * 4, true))
			: Float32Array.from(floatData);
		return { dims, values };
	}
	if (dataType === INT64) {
		const values = rawData.length
			? Float32Array.from({ length: raw.byteLength / 8 }, (_, i) =>
					Number(raw.getBigInt64(i * 8, true)),
				)
			: Float32Array.from(int64Data);
		return { dims, values };
	}
	throw new Error(`ONNX tensor ${name} has the data type ${dataType}, which is not read here.`);
}

/**
 * @param {{ name: string, type: { tensorType: { shape: { dim: { dimValue: number }[] } } } }} info
 * @returns {{ name: string, dims: number[] }} name and shape
 */
function readValueInfo(info) {
	return { name: info.name, dims: info.type.tensorType.shape.dim.map((d) => d.dimValue) };
}

/**
 * Reads an ONNX file (field numbers of onnx/onnx.proto3, the part in `onnx.proto`).
 *
 * @param {Uint8Array} bytes the file
 * @returns {OnnxGraph} its graph
 * @throws {Error} when the file is no ONNX model, or has a tensor type that is not float or int64
 */
export function readOnnx(bytes) {
	const proto = readFileSync(new URL('./onnx.proto', import.meta.url), 'utf8');
	const type = protobuf.parse(proto).root.lookupType('onnx.ModelProto');
	const { graph } = type.toObject(type.decode(bytes), { longs: Number, defaults: true });
	if (!graph?.node?.length) throw new Error('The file holds no ONNX graph.');

	const tensors = new Map();
	for (const tensor of graph.initializer) tensors.set(tensor.name, readTensor(tensor));
	/** @type {OnnxNode[]} */
	const nodes = [];
	for (const node of graph.node) {
		const ints = new Map();
		for (const { name, i, ints: list } of node.attribute) ints.set(name, list.length ? list : [i]);
		nodes.push({ op: node.opType, inputs: node.input, output: node.output[0], ints });
	}
	// Old exporters list the weights among the inputs.
	const free = graph.input.filter((/** @type {{ name: string }} */ i) => !tensors.has(i.name));
	if (free.length !== 1 || graph.output.length !== 1) {
		throw new Error('The ONNX graph must have exactly one input and one output.');
	}
	return { nodes, tensors, input: readValueInfo(free[0]), output: readValueInfo(graph.output[0]) };
}
