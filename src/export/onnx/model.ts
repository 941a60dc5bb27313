import { encodeOnnx, type OnnxModel, type Port } from '../../io/onnx/encode';
import type { OnnxDtype } from '../../io/onnx/dtype';
import { OnnxGraph } from '../../io/onnx/graph';
import { ModelError, type Model } from '../../models/model';
import { readoutOf } from '../../models/text';
import { traceModel } from '../../models/trace';
import { BATCH, graphContext, SEQUENCE } from './context';

export interface OnnxInput {
  /** The model, without weights. */
  net: Model;
  /** Reads a weight of the merged model by its Hugging Face name. */
  read: (name: string) => Promise<Float32Array>;
  metadata: Record<string, string>;
  /** Storage of matrices; sums stay f32. */
  dtype?: OnnxDtype;
}

/** Positions that a file goes to at least, where its forward pass brings a table of them by itself and the model has so many. */
const POSITIONS = 2048;

/** The model as it is written: rows may be longer than those that it was trained on. */
function longer(net: Model): Model {
  const { language } = net;
  return language?.causal ? net.with({ tokens: Math.min(language.max_tokens, Math.max(language.tokens, POSITIONS)) }) : net;
}

/** The graph of a model: its own forward pass, written down. Throws ModelError of one that asks for what is not written. */
export function onnxGraph(model: Model, dtype?: OnnxDtype): Omit<OnnxModel, 'metadata'> {
  const net = longer(model);
  const read = net.language && readoutOf(net.language);
  if (read?.vocabulary && !read.generates) throw new ModelError('what says hidden tokens is not written as ONNX; merge it as a folder.');
  const graph = new OnnxGraph(dtype);
  const { input, rows, shape } = taken(net);
  for (const name of [input.name, 'logits', ...traceModel(net).weights.keys()]) graph.keep(name);
  const ctx = graphContext(graph, rows);
  const made = net.forward(ctx, { name: input.name, shape });
  const { vocabulary, vocab_size = 0 } = net.language ?? {};
  // What is left of a row that goes on is to be compared with each word of the vocabulary, which in training the loss does.
  const { name } = vocabulary === undefined ? made : ctx.product(made, ctx.weight(vocabulary, [vocab_size, net.hidden_size]), { transposed: true, label: 'words' });
  const dims = read?.byTokens ? [BATCH, SEQUENCE, net.num_labels] : [BATCH, net.pairs ? BATCH : net.num_labels];
  return { graph, name: net.family, inputs: [input, ...ctx.inputs], outputs: [{ name: graph.leave(name, 'logits'), shape: dims }] };
}

/** Input of a model's forward, as the file takes it and as it is recorded; `rows` are the shape of all that comes with texts. */
function taken({ language, channels, image_size }: Model): { input: Port; rows?: Port['shape']; shape: number[] } {
  if (language) {
    const rows = [BATCH, SEQUENCE];
    return { input: { name: 'input_ids', shape: rows, type: 'i64' }, rows, shape: [1, language.tokens] };
  }
  const image = [channels, image_size, image_size];
  return { input: { name: 'pixel_values', shape: [BATCH, ...image] }, shape: [1, ...image] };
}

/**
 * A merged model as an ONNX file (opset 17, any batch size): input `pixel_values` (B, 3, H, W), or `input_ids` (B, T) of any length,
 * and what else its forward pass asks for; output `logits` (B, K), or (B, T, K) of each token, or (B, T, V) of the one behind it; weights under their Hugging Face
 * names and in their layout. Returns the file in parts; see `encodeOnnx`.
 */
export async function exportOnnx({ net, read, metadata, dtype }: OnnxInput): Promise<Uint8Array[]> {
  return encodeOnnx({ ...onnxGraph(net, dtype), metadata }, read);
}
