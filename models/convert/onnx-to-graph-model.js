import { readOnnx } from './onnx.js';
import { GraphModelWriter, attribute } from './graph-model.js';
import { prune } from './prune.js';

/** @typedef {import('./onnx.js').OnnxGraph} OnnxGraph */
/** @typedef {import('./onnx.js').OnnxNode} OnnxNode */

/** Raise it when the converted files change: prepared files made by another version are made anew. */
export const CONVERTER_VERSION = 3;

/**
 * What the first convolution must do to a picture of RGB values 0..255 to give it what the network
 * was trained on: `(x - mean) / scale`, with the channels in the order named.
 * @typedef {{ channels: 'rgb' | 'bgr', mean: number, scale: number }} PictureInput
 */

/** @typedef {[outputs: number, inputs: number, height: number, width: number]} KernelShape */

/**
 * @param {number[]} dims
 * @param {string} name of the tensor, for the error
 * @returns {KernelShape} the same four numbers
 * @throws {Error} when there are not four
 */
function fourDimensions(dims, name) {
	const [first, second, third, fourth] = dims;
	if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
		throw new Error(`The ONNX tensor ${name} has ${dims.length} dimensions instead of four.`);
	}
	return [first, second, third, fourth];
}

/**
 * Reorders a convolution kernel.
 * @param {Float32Array} values OIHW
 * @param {KernelShape} shape
 * @returns {Float32Array} HWIO, the order of TensorFlow; for a depthwise kernel (inputs = 1) the
 *   caller reads the same numbers as [height, width, channels, 1]
 */
function kernelToHwio(values, [outputs, inputs, height, width]) {
	const result = new Float32Array(values.length);
	for (let o = 0; o < outputs; o++)
		for (let i = 0; i < inputs; i++)
			for (let y = 0; y < height; y++)
				for (let x = 0; x < width; x++) {
					const from = ((o * inputs + i) * height + y) * width + x;
					result[((y * width + x) * inputs + i) * outputs + o] = values[from] ?? 0;
				}
	return result;
}

/**
 * Folds a picture's normalisation into the kernel and bias that read it. Exact also at the border
 * when the picture is padded with `mean` (which the network saw as zero).
 * @param {Float32Array} values kernel, OIHW with three inputs
 * @param {KernelShape} shape
 * @param {Float32Array} bias one per output
 * @param {PictureInput} input
 * @returns {{ kernel: Float32Array, bias: Float32Array }} for RGB values 0..255
 */
function foldPictureInput(
	values,
	[outputs, inputs, height, width],
	bias,
	{ channels, mean, scale },
) {
	const area = height * width;
	const kernel = new Float32Array(values.length);
	const shifted = Float32Array.from(bias);
	for (let o = 0; o < outputs; o++) {
		let sum = 0;
		for (let i = 0; i < inputs; i++) {
			const from = channels === 'bgr' ? inputs - 1 - i : i;
			for (let k = 0; k < area; k++) {
				const value = (values[(o * inputs + from) * area + k] ?? 0) / scale;
				kernel[(o * inputs + i) * area + k] = value;
				sum += value;
			}
		}
		shifted[o] = (bias[o] ?? 0) - sum * mean;
	}
	return { kernel, bias: shifted };
}

/**
 * @param {OnnxNode} node a Conv
 * @param {number} size height and width of its kernel
 * @returns {{ stride: number, group: number, pad: number }} its settings
 * @throws {Error} for settings that this converter does not translate
 */
function convSettings(node, size) {
	const [stride = 1, ...strides] = node.ints.get('strides') ?? [];
	const [pad = 0, ...pads] = node.ints.get('pads') ?? [];
	const dilations = node.ints.get('dilations') ?? [];
	const [group = 1] = node.ints.get('group') ?? [];
	const lopsided = strides.some((s) => s !== stride) || pads.some((p) => p !== pad);
	if (lopsided || dilations.some((d) => d !== 1)) {
		throw new Error(`Conv ${node.output} (${size}x${size}) is dilated or lopsided.`);
	}
	return { stride, group, pad };
}

/**
 * TensorFlow's SAME equals ONNX's pads only with stride 1: with stride 2 it pads the far side first.
 * @param {number} size kernel
 * @param {number} stride
 * @param {number} pad on each side, in pixels
 * @returns {Record<string, object>} padding attributes
 */
function paddingAttributes(size, stride, pad) {
	if (pad === 0) return { padding: attribute.string('VALID') };
	if (stride === 1 && 2 * pad === size - 1) return { padding: attribute.string('SAME') };
	return {
		padding: attribute.string('EXPLICIT'),
		explicit_paddings: attribute.ints([0, 0, pad, pad, pad, pad, 0, 0]),
	};
}

class Conversion {
	/** ONNX tensor name to node name. @type {Map<string, string>} */
	names = new Map();
	/** PReLUs that were fused into the convolution before them. @type {Set<OnnxNode>} */
	fused = new Set();

	/**
	 * @param {OnnxGraph} graph
	 * @param {PictureInput} picture
	 * @param {import('./graph-model.js').Precision} precision
	 */
	constructor(graph, picture, precision) {
		this.writer = new GraphModelWriter(precision);
		this.graph = graph;
		this.picture = picture;
	}

	/**
	 * @param {string} name of an ONNX tensor
	 * @returns {string} the node that makes it
	 */
	at(name) {
		const node = this.names.get(name);
		if (!node) throw new Error(`The ONNX graph uses ${name} before it is made.`);
		return node;
	}

	/**
	 * @param {string | undefined} name
	 * @returns {{ dims: number[], values: Float32Array }} a stored tensor
	 */
	stored(name) {
		const tensor = this.graph.tensors.get(name ?? '');
		if (!tensor) throw new Error(`The ONNX tensor ${name} is not stored in the file.`);
		return tensor;
	}

	/**
	 * @param {OnnxNode} node
	 * @returns {OnnxNode | undefined} the PReLU that alone consumes the node's output
	 */
	soleActivation(node) {
		const users = this.graph.nodes.filter((n) => n.inputs.includes(node.output));
		const [user] = users;
		return users.length === 1 && user?.op === 'PRelu' ? user : undefined;
	}

	/** @param {OnnxNode} node */
	conv(node) {
		const [picture = '', kernelName = '', biasName] = node.inputs;
		const kernel = this.stored(kernelName);
		const kernelShape = fourDimensions(kernel.dims, kernelName);
		const [outputs, inputs, size] = kernelShape;
		const { stride, group, pad } = convSettings(node, size);
		if (group !== 1 && (group !== outputs || inputs !== 1)) {
			throw new Error(`Conv ${node.output} has ${group} groups; only 1 or depthwise is known.`);
		}
		let bias = biasName ? this.stored(biasName).values : new Float32Array(outputs);
		let values = kernel.values;
		let source = this.at(picture);
		let padding = paddingAttributes(size, stride, pad);
		if (picture === this.graph.input.name) {
			({ kernel: values, bias } = foldPictureInput(values, kernelShape, bias, this.picture));
			source = this.padPicture(source, pad);
			padding = paddingAttributes(size, stride, 0);
		}
		const name = `conv_${node.output}`;
		const shape = group === 1 ? [size, size, inputs, outputs] : [size, size, outputs, 1];
		const args = [
			this.writer.constant(`${name}/kernel`, shape, kernelToHwio(values, kernelShape)),
			this.writer.constant(`${name}/bias`, [outputs], bias),
		];
		const activation = this.soleActivation(node);
		if (activation) {
			const slope = this.stored(activation.inputs[1]);
			args.push(this.writer.constant(`${name}/slope`, [1, 1, outputs], slope.values));
			this.fused.add(activation);
			this.names.set(activation.output, name);
		}
		this.writer.node(
			name,
			group === 1 ? '_FusedConv2D' : 'FusedDepthwiseConv2dNative',
			[source, ...args],
			{
				T: attribute.type('DT_FLOAT'),
				data_format: attribute.string('NHWC'),
				strides: attribute.ints([1, stride, stride, 1]),
				dilations: attribute.ints([1, 1, 1, 1]),
				fused_ops: attribute.strings(activation ? ['BiasAdd', 'Prelu'] : ['BiasAdd']),
				num_args: attribute.int(args.length - 1),
				...padding,
			},
		);
		this.names.set(node.output, name);
	}

	/**
	 * @param {string} source the picture
	 * @param {number} pad pixels on each side
	 * @returns {string} the picture with a border of `mean`, which is zero to the network
	 */
	padPicture(source, pad) {
		const border = Int32Array.from([0, 0, pad, pad, pad, pad, 0, 0]);
		return this.writer.node(
			'border',
			'PadV2',
			[
				source,
				this.writer.constant('border/paddings', [4, 2], border),
				this.writer.constant('border/value', [], Float32Array.from([this.picture.mean])),
			],
			{ T: attribute.type('DT_FLOAT'), Tpaddings: attribute.type('DT_INT32') },
		);
	}

	/** @param {OnnxNode} node */
	prelu(node) {
		if (this.fused.has(node)) return;
		const slope = this.stored(node.inputs[1]);
		const name = `prelu_${node.output}`;
		const alpha = this.writer.constant(`${name}/slope`, [1, 1, slope.values.length], slope.values);
		this.writer.node(name, 'Prelu', [this.at(node.inputs[0] ?? ''), alpha]);
		this.names.set(node.output, name);
	}

	/** @param {OnnxNode} node */
	add(node) {
		const name = `add_${node.output}`;
		const inputs = node.inputs.map((input) => this.at(input));
		this.writer.node(name, 'AddV2', inputs, { T: attribute.type('DT_FLOAT') });
		this.names.set(node.output, name);
	}

	/**
	 * Flattening is the same in NCHW and NHWC only where the picture has shrunk to one pixel, which
	 * the output's shape [1, n] together with a valid graph of this family says.
	 * @param {OnnxNode} node
	 */
	reshape(node) {
		const [, width] = this.graph.output.dims;
		if (node.output !== this.graph.output.name || width === undefined) {
			throw new Error(`Reshape ${node.output} is not the flattening at the end of the graph.`);
		}
		const shape = this.writer.constant('vector/shape', [2], Int32Array.from([-1, width]));
		this.writer.node('vector', 'Reshape', [this.at(node.inputs[0] ?? ''), shape], {
			T: attribute.type('DT_FLOAT'),
			Tshape: attribute.type('DT_INT32'),
		});
		this.names.set(node.output, 'vector');
	}

	/** @param {OnnxNode} node */
	translate(node) {
		if (node.op === 'Conv') this.conv(node);
		else if (node.op === 'PRelu') this.prelu(node);
		else if (node.op === 'Add') this.add(node);
		else if (node.op === 'Reshape') this.reshape(node);
		else {
			throw new Error(
				`The ONNX operator ${node.op} (${node.output}) is not known to the converter.`,
			);
		}
	}
}

/**
 * Converts a convolutional ONNX network (Conv, PRelu, Add, one Reshape at the end) to a
 * TensorFlow.js graph model that takes float32 [n, height, width, 3] RGB 0..255 and gives
 * [n, dimensions]. Convolutions are fused with bias and PReLU; the picture's normalisation is folded
 * into the first one.
 *
 * @param {Uint8Array} bytes the ONNX file; input NCHW with three channels
 * @param {PictureInput} picture the normalisation that the network was trained with
 * @param {import('./graph-model.js').Precision} [precision] of the stored weights
 * @returns {{ json: string, weights: Uint8Array, dimensions: number }} `model.json`, `weights.bin`
 * @throws {Error} naming the operator or setting that cannot be translated
 */
export function convertOnnx(bytes, picture, precision = 'float32') {
	const graph = prune(readOnnx(bytes));
	const [, channels, height, width] = fourDimensions(graph.input.dims, graph.input.name);
	if (channels !== 3) throw new Error(`The ONNX input has ${channels} channels instead of three.`);
	const conversion = new Conversion(graph, picture, precision);
	const shape = [-1, height, width, 3];
	conversion.writer.node('input', 'Placeholder', [], {
		dtype: attribute.type('DT_FLOAT'),
		shape: attribute.shape(shape),
	});
	conversion.names.set(graph.input.name, 'input');
	for (const node of graph.nodes) conversion.translate(node);
	const dimensions = graph.output.dims.at(-1) ?? 0;
	const { json, weights } = conversion.writer.finish({
		input: { name: 'input', shape },
		output: { name: conversion.at(graph.output.name), shape: [-1, dimensions] },
		generatedBy: `facetrack onnx-to-graph-model ${CONVERTER_VERSION}`,
	});
	return { json, weights, dimensions };
}
