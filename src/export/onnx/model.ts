import { encodeOnnx, type OnnxModel } from '../../io/onnx/encode';
import { OnnxGraph } from '../../io/onnx/graph';
import type { Model } from '../../models/model';
import { traceModel } from '../../models/trace';
import { graphContext } from './context';

export interface OnnxInput {
  /** The model, without weights. */
  vision: Model;
  /** Reads a weight of the merged model by its Hugging Face name. */
  read: (name: string) => Promise<Float32Array>;
  metadata: Record<string, string>;
  /** Stores matrices as f16, half the size; sums stay f32. */
  half?: boolean;
}

/** The graph of a model: its own forward pass, written down. */
export function onnxGraph(vision: Model, half = false): Omit<OnnxModel, 'metadata'> {
  const graph = new OnnxGraph(half);
  for (const name of ['pixel_values', 'logits', ...traceModel(vision).weights.keys()]) graph.keep(name);
  const ctx = graphContext(graph);
  const image = [vision.channels, vision.image_size, vision.image_size];
  const { name } = vision.forward(ctx, { name: 'pixel_values', shape: [1, ...image] });
  return {
    graph,
    name: vision.family,
    inputs: [{ name: 'pixel_values', shape: ['batch', ...image] }, ...ctx.inputs],
    outputs: [{ name: graph.leave(name, 'logits'), shape: ['batch', vision.pairs ? 'batch' : vision.num_labels] }],
  };
}

/**
 * A merged model as an ONNX file (opset 17, any batch size): input `pixel_values` (B, 3, H, W), and what else its forward
 * pass asks for; output `logits` (B, K); weights under their Hugging Face names and in their layout. Returns the file in
 * parts; see `encodeOnnx`.
 */
export async function exportOnnx({ vision, read, metadata, half }: OnnxInput): Promise<Uint8Array[]> {
  return encodeOnnx({ ...onnxGraph(vision, half), metadata }, read);
}
