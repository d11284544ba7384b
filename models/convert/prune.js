/** @typedef {import('./onnx.js').OnnxGraph} OnnxGraph */
/** @typedef {import('./onnx.js').OnnxNode} OnnxNode */
/** @typedef {import('./onnx.js').OnnxTensor} OnnxTensor */

/** A weight this much smaller than the largest beside it cannot change a float32 sum. */
const TRACE = 1e-10;

/**
 * Takes out of a network what training has left of dead filters. Its answers stay the same to the
 * last digits of a float32.
 *
 * In the embedder a third of the weights lie between 1e-45 and 1e-10. WebAssembly cannot flush
 * subnormal numbers to zero, and a processor takes a hundred times as long for a product with one: a
 * face cost five times as much with them. And channels that nothing reads any more are still
 * computed and downloaded.
 *
 * @param {OnnxGraph} graph
 * @returns {OnnxGraph} without traces, and without the channels that only traces read
 */
export function prune(graph) {
	const tensors = new Map([...graph.tensors].map(([name, t]) => [name, withoutTraces(t)]));
	const result = { ...graph, tensors, nodes: graph.nodes.map((node) => ({ ...node })) };
	for (const reader of result.nodes) {
		if (!isDense(reader, result)) continue;
		const writers = channelwiseBefore(reader, result);
		if (!writers) continue;
		const kernel = tensorOf(result, reader.inputs[1]);
		const live = liveInputs(kernel);
		const [outputs = 0, inputs = 0, ...size] = kernel.dims;
		if (live.length === inputs) continue;
		for (const writer of writers) keepOutputs(writer, live, result);
		tensors.set(reader.inputs[1] ?? '', {
			dims: [outputs, live.length, ...size],
			values: pickInputs(kernel, live),
		});
	}
	return result;
}

/**
 * @param {OnnxTensor} tensor
 * @returns {OnnxTensor}
 */
function withoutTraces({ dims, values }) {
	const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
	return { dims, values: values.map((v) => (Math.abs(v) < TRACE * largest ? 0 : v)) };
}

/**
 * @param {OnnxGraph} graph
 * @param {string | undefined} name
 * @returns {OnnxTensor}
 */
function tensorOf(graph, name) {
	const tensor = graph.tensors.get(name ?? '');
	if (!tensor) throw new Error(`The ONNX tensor ${name} is not stored in the file.`);
	return tensor;
}

/**
 * @param {OnnxNode} node
 * @param {OnnxGraph} graph
 * @returns {boolean} whether every output channel reads every input channel
 */
function isDense(node, graph) {
	if (node.op !== 'Conv' || (node.ints.get('group')?.[0] ?? 1) !== 1) return false;
	return graph.tensors.get(node.inputs[1] ?? '')?.dims.length === 4;
}

/**
 * @param {OnnxNode} node
 * @param {OnnxGraph} graph
 * @returns {boolean} whether each output channel reads only the input channel of its number
 */
function isDepthwise(node, graph) {
	const [outputs, inputs] = graph.tensors.get(node.inputs[1] ?? '')?.dims ?? [];
	return node.op === 'Conv' && inputs === 1 && node.ints.get('group')?.[0] === outputs;
}

/**
 * @param {OnnxNode} reader
 * @param {OnnxGraph} graph
 * @returns {OnnxNode[] | null} what makes the reader's channels, back to a dense convolution, where
 *   nothing else reads them; otherwise null
 */
function channelwiseBefore(reader, graph) {
	const writers = [];
	let name = reader.inputs[0];
	for (;;) {
		const node = graph.nodes.find(({ output }) => output === name);
		const readers = graph.nodes.filter(({ inputs }) => inputs.includes(name ?? ''));
		if (!node || readers.length !== 1) return null;
		writers.push(node);
		if (isDense(node, graph)) return writers;
		if (node.op !== 'PRelu' && !isDepthwise(node, graph)) return null;
		name = node.inputs[0];
	}
}

/**
 * @param {OnnxTensor} kernel OIHW
 * @returns {number[]} the input channels that any weight reads; at least one
 */
function liveInputs({ dims: [outputs = 0, inputs = 0, height = 1, width = 1], values }) {
	const area = height * width;
	const live = new Set();
	for (let o = 0; o < outputs; o++)
		for (let i = 0; i < inputs; i++)
			for (let k = 0; k < area; k++) if (values[(o * inputs + i) * area + k] !== 0) live.add(i);
	return live.size === 0 ? [0] : [...live].sort((a, b) => a - b);
}

/**
 * @param {OnnxTensor} kernel OIHW
 * @param {number[]} channels
 * @returns {Float32Array} the weights of these input channels alone
 */
function pickInputs({ dims: [outputs = 0, inputs = 0, height = 1, width = 1], values }, channels) {
	const area = height * width;
	const picked = new Float32Array(outputs * channels.length * area);
	for (let o = 0; o < outputs; o++)
		channels.forEach((channel, i) => {
			const from = (o * inputs + channel) * area;
			picked.set(values.subarray(from, from + area), (o * channels.length + i) * area);
		});
	return picked;
}

/**
 * Keeps these output channels of a node: of its kernel and bias, or of its slopes.
 * @param {OnnxNode} node a Conv or PRelu of the graph
 * @param {number[]} channels
 * @param {OnnxGraph} graph changed
 */
function keepOutputs(node, channels, graph) {
	if (isDepthwise(node, graph)) node.ints = new Map(node.ints).set('group', [channels.length]);
	for (const name of node.inputs.slice(1)) {
		const { dims, values } = tensorOf(graph, name);
		const [outputs = 0, ...rest] = dims;
		const each = values.length / outputs;
		const picked = new Float32Array(channels.length * each);
		channels.forEach((channel, i) => {
			picked.set(values.subarray(channel * each, (channel + 1) * each), i * each);
		});
		graph.tensors.set(name, { dims: [channels.length, ...rest], values: picked });
	}
}
