import { sizeOf } from '../../engine/tensor';
import { encodeOnnx, type OnnxModel } from '../../io/onnx/encode';
import { OnnxGraph, type Value } from '../../io/onnx/graph';
import { TEXT_HEAD } from '../../models/clip/clip';
import { ModelError, type VisionModel } from '../../models/model';
import { traceModel } from '../../models/trace';
import { said } from '../../said/said';
import { clip } from './clip';
import { deit } from './deit';
import { dinov2 } from './dinov2';
import { vit } from './vit';

/** A model as its family describes it, without weights. */
export interface GraphInput {
  vision: VisionModel;
  /** config.json, for the sizes that `vision` does not tell. */
  config: Record<string, unknown>;
}

/** A family's forward pass: appends it to the graph, from pixel_values (B, 3, H, W), and returns the logits (B, K). */
export type ModelGraph = (g: OnnxGraph, pixels: Value, input: GraphInput) => Value;

/** All families, one line each, by `family` of their models. */
const graphs: Record<string, ModelGraph> = { vit, deit, dinov2, clip };

export interface OnnxInput extends GraphInput {
  /** Reads a weight of the merged model by its Hugging Face name. */
  read: (name: string) => Promise<Float32Array>;
  metadata: Record<string, string>;
  /** Stores matrices as f16, half the size; sums stay f32. */
  half?: boolean;
}

/** The graph of a model. Throws ModelError for a family that has none. */
export function onnxGraph(input: GraphInput, half = false): Omit<OnnxModel, 'metadata'> {
  const { vision } = input;
  const build = Object.hasOwn(graphs, vision.family) ? graphs[vision.family] : undefined;
  if (!build) throw new ModelError(said`a ${vision.family} model cannot be written as ONNX yet; ${Object.keys(graphs).join(', ')} can. Merge it as safetensors.`);
  const graph = new OnnxGraph(half);
  const logits = graph.op('Identity', [build(graph, 'pixel_values', input)], {}, 'logits');
  checkGraph(graph, vision);
  return {
    graph,
    name: vision.family,
    inputs: [{ name: 'pixel_values', shape: ['batch', vision.channels, vision.image_size, vision.image_size] }],
    outputs: [{ name: logits, shape: ['batch', vision.num_labels] }],
  };
}

/**
 * A merged model as an ONNX file (opset 17, any batch size): input `pixel_values` (B, 3, H, W), output `logits` (B, K),
 * weights under their Hugging Face names and in their layout. Returns the file in parts; see `encodeOnnx`.
 */
export async function exportOnnx({ vision, config, read, metadata, half }: OnnxInput): Promise<Uint8Array[]> {
  return encodeOnnx({ ...onnxGraph({ vision, config }, half), metadata }, read);
}

/** A graph that left out a weight of the engine's model, or has one of its own, would compute something else. */
function checkGraph(graph: OnnxGraph, vision: VisionModel): void {
  const { weights } = traceModel(vision);
  const stored = [...graph.stored].filter(([name, t]) => t.data === null && name !== TEXT_HEAD);
  const wrong = stored.find(([name, t]) => !weights.has(name) || sizeOf(weights.get(name)!) !== sizeOf(t.shape))?.[0] ?? [...weights.keys()].find((name) => !graph.stored.has(name));
  if (wrong !== undefined) throw new ModelError(said`the ONNX graph of ${vision.family} does not fit this model: ${wrong} is not used as it should be. Merge it as safetensors.`);
}
