import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { joinParts } from '../../io/joinParts';
import { encodeOnnx, type OnnxModel } from '../../io/onnx/encode';
import { OnnxGraph } from '../../io/onnx/graph';
import { graphContext } from '../../export/onnx/context';
import { vitNames } from '../../models/vit/block';
import { transformerBlock } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import type { Running } from '../entry';
import { namedBlock } from '../hfNames';
import { BLOCK, EPS } from '../work';
import type { Peer } from './peer';

type Inputs = Record<string, { data: Float32Array; shape: number[] }>;

/** Runs an ONNX file on the WebGPU provider, inputs and output staying on the device. */
async function stepper(file: Uint8Array, inputs: Inputs): Promise<Running> {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.logLevel = 'error';
  // Served beside the page by the benchmark's server.
  ort.env.wasm.wasmPaths = new URL('/node_modules/onnxruntime-web/dist/', location.href).href;
  ort.env.wasm.numThreads = 1;
  const session: InferenceSession = await ort.InferenceSession.create(file, { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer', logSeverityLevel: 3 });
  const device = await ort.env.webgpu.device;
  const feeds: Record<string, Tensor> = {};
  const buffers: GPUBuffer[] = [];
  for (const [name, { data, shape }] of Object.entries(inputs)) {
    const buffer = device.createBuffer({ size: data.byteLength, usage: 0x80 | 0x4 | 0x8 }); // STORAGE | COPY_SRC | COPY_DST
    device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
    feeds[name] = ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: shape });
    buffers.push(buffer);
  }
  let last: Tensor | undefined;
  return {
    async step() {
      last?.dispose();
      const results = await session.run(feeds);
      last = defined(results[defined(session.outputNames[0])]);
      await device.queue.onSubmittedWorkDone();
    },
    result: async () => Float32Array.from((await last!.getData()) as Float32Array),
    async stop() {
      last?.dispose();
      for (const buffer of buffers) buffer.destroy();
      await session.release();
    },
  };
}

/** A graph with one output as a file. */
async function fileOf(graph: OnnxGraph, inputs: Inputs, output: { name: string; shape: number[] }, weights: Readonly<Record<string, Float32Array>> = {}): Promise<Uint8Array> {
  const model: OnnxModel = { graph, name: 'bench', inputs: Object.entries(inputs).map(([name, { shape }]) => ({ name, shape })), outputs: [output], metadata: {} };
  return joinParts(await encodeOnnx(model, async (name) => defined(weights[name])));
}

export const works: Peer = {
  async matmul({ M, K, N, xTransposed, x, w }) {
    const graph = new OnnxGraph();
    const inputs: Inputs = { x: { data: x, shape: xTransposed ? [K, M] : [M, K] }, w: { data: w, shape: [K, N] } };
    const name = xTransposed ? graph.op('Gemm', ['x', 'w'], { transA: 1 }, 'out') : graph.op('MatMul', ['x', 'w'], {}, 'out');
    return stepper(await fileOf(graph, inputs, { name, shape: [M, N] }), inputs);
  },
  async block({ weights, x }) {
    const graph = new OnnxGraph();
    const inputs: Inputs = { x };
    const { name } = transformerBlock(graphContext(graph), { name: 'x', shape: x.shape }, vitNames('block'), { heads: BLOCK.heads, hidden: BLOCK.mlp, eps: EPS, act: 'gelu' });
    return stepper(await fileOf(graph, inputs, { name, shape: x.shape }, namedBlock(weights, 'block')), inputs);
  },
  file: ({ file, pixels, shape }) => stepper(file, { pixel_values: { data: pixels, shape } }),
};
