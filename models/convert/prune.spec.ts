// Protects the embedder's speed and its answers: only channels that nothing reads are taken out, and
// no number stays that would slow every product with it. That vectors stay the same is held by
// onnx-to-graph-model.spec.ts.
import { describe, expect, it } from 'vitest';
import type { OnnxGraph, OnnxNode } from './onnx.js';
import { prune } from './prune.js';

function conv(output: string, input: string, group = 1): OnnxNode {
	const inputs = [input, `${output}.w`, `${output}.b`];
	return { op: 'Conv', inputs, output, ints: new Map([['group', [group]]]) };
}

const tensor = (dims: number[], values: number[]) => ({ dims, values: Float32Array.from(values) });

/** Three channels, expanded, slanted, filtered and projected; the projection reads two of them. */
function bottleneck(read: number, more: OnnxNode[] = []): OnnxGraph {
	return {
		nodes: [
			conv('expand', 'input'),
			{ op: 'PRelu', inputs: ['expand', 'slope'], output: 'slanted', ints: new Map() },
			conv('depthwise', 'slanted', 3),
			conv('project', 'depthwise'),
			...more,
		],
		tensors: new Map([
			['expand.w', tensor([3, 2, 1, 1], [1, 2, 3, 4, 5, 6])],
			['expand.b', tensor([3], [7, 8, 9])],
			['slope', tensor([3, 1, 1], [0.1, 0.2, 0.3])],
			['depthwise.w', tensor([3, 1, 1, 1], [10, 20, 30])],
			['depthwise.b', tensor([3], [1, 2, 3])],
			['project.w', tensor([2, 3, 1, 1], [1, read, 2, 3, read, 4])],
			['project.b', tensor([2], [1, 1e-30])],
		]),
		input: { name: 'input', dims: [1, 2, 1, 1] },
		output: { name: 'project', dims: [1, 2] },
	};
}

const values = (graph: OnnxGraph, name: string) => [...(graph.tensors.get(name)?.values ?? [])];

describe('prune', () => {
	it('takes a channel that nothing reads out of everything that makes it', () => {
		const graph = prune(bottleneck(1e-20));
		expect(values(graph, 'project.w')).toEqual([1, 2, 3, 4]);
		expect(graph.tensors.get('project.w')?.dims).toEqual([2, 2, 1, 1]);
		expect(values(graph, 'expand.w')).toEqual([1, 2, 5, 6]);
		expect(values(graph, 'expand.b')).toEqual([7, 9]);
		expect(values(graph, 'slope')).toEqual([...Float32Array.of(0.1, 0.3)]);
		expect(values(graph, 'depthwise.w')).toEqual([10, 30]);
		const depthwise = graph.nodes.find(({ output }) => output === 'depthwise');
		expect(depthwise?.ints.get('group')).toEqual([2]);
	});

	it('leaves no trace of a number that cannot count', () => {
		expect(values(prune(bottleneck(1e-20)), 'project.b')).toEqual([1, 0]);
	});

	it('keeps a channel that is read, however little', () => {
		const graph = prune(bottleneck(1e-6));
		expect(graph.tensors.get('expand.w')?.dims).toEqual([3, 2, 1, 1]);
	});

	it('keeps channels that somebody else reads as well', () => {
		const sum = { op: 'Add', inputs: ['depthwise', 'input'], output: 'sum', ints: new Map() };
		const graph = prune(bottleneck(0, [sum]));
		expect(graph.tensors.get('expand.w')?.dims).toEqual([3, 2, 1, 1]);
	});

	it('leaves the graph that it was given as it was', () => {
		const graph = bottleneck(0);
		prune(graph);
		expect(graph).toEqual(bottleneck(0));
	});
});
