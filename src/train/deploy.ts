import type { Adapted } from '../adapters/adapted';
import { asEquivalent } from '../adapters/equivalent';
import { modelConfig, modelTensors, type ForeignLayer, type SavedFile } from '../adapters/files';
import type { Generation } from '../adapters/files/generations';
import { mergedWeights } from '../adapters/merge';
import type { Arrays } from '../adapters/method';
import { withSize } from '../data/preprocess';
import { preprocessJson } from '../data/preprocessWrite';
import type { Split } from '../data/source';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { exportAdapter } from '../export/adapter';
import type { CardFacts } from '../export/cardText';
import { exportGguf, type GgufDtype } from '../export/gguf';
import { modelCard } from '../export/modelCard';
import { onnxCard } from '../export/onnxCard';
import { onnxMetadata } from '../export/onnx/metadata';
import { onnxGraph } from '../export/onnx/model';
import { rightAnswers, TOLERANCE, verifyOnnx, type Probe, type TextProbe } from '../export/onnx/verify';
import { probePixels, probeTexts } from '../export/probe';
import { joinParts } from '../io/joinParts';
import { checkOnnxSize, encodeOnnx } from '../io/onnx/encode';
import type { OnnxDtype } from '../io/onnx/dtype';
import { safetensorsParts } from '../io/safetensors';
import type { StreamedFile } from '../io/zipWrite';
import { parseModel } from '../models';
import { ModelError } from '../models/model';
import { isTextModel, readoutOf, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { logitsOf } from './logits';
import { oneStep } from './oneStep';
import type { LoadedModel } from './openModel';
import type { ExportVerdict } from './protocol';

/** A base model and the adapter that goes out with it. */
export interface DeployInput {
  model: LoadedModel;
  adapted: Adapted;
  /** Trainables, bases, head, and a text head's matrix, by label. */
  values: Arrays;
  foreign?: ForeignLayer[];
  /** Images for checking, as the model takes them; a few made by a formula when left out. */
  probe?: Pick<Probe, 'pixel_values' | 'shape'>;
  /** The same of texts: rows of tokens. */
  texts?: Pick<TextProbe, 'texts' | 'shape'>;
  /** Known facts about the run, for the card. */
  facts?: CardFacts;
}

export interface OnnxOptions {
  dtype?: OnnxDtype;
  /** Test pictures that the file answers. */
  tested?: Split;
  signal?: AbortSignal;
  /** Address of onnxruntime-web's ort-wasm-simd-threaded.wasm, served by the page; Node finds its own. */
  wasm?: string;
}

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/** The probe images with the engine's logits, of the model before merging. */
async function probeOf(device: Device, { model, adapted, values, probe }: DeployInput): Promise<Probe> {
  const images = probe ?? probePixels(model.preprocess, adapted.model.image_size);
  return { ...images, logits: await logitsOf(device, { adapted, source: model.source, values, pixels: images.pixel_values }) };
}

/** Bytes of logits of the whole vocabulary that a probe has at most: what every device binds at once is twice as much. */
const VOCABULARY_BYTES = 64 * 2 ** 20;

/** Texts with the engine's logits, (B, T, V) of a model that goes on with them. */
export async function textProbeOf(device: Device, form: TextModel, { model, adapted, values, texts = probeTexts(form) }: DeployInput): Promise<TextProbe> {
  const { tokens, vocab_size } = form.language;
  const { byTokens, vocabulary } = readoutOf(form.language);
  const given = { adapted, source: model.source, values };
  if (!vocabulary) return { ...texts, logits: await logitsOf(device, { ...given, batch: { rows: texts.shape[0], inputs: texts.texts } }), byTokens };
  // Evaluations of such a model never hold its logits.
  const rows = Math.max(1, Math.min(texts.shape[0], Math.floor(VOCABULARY_BYTES / (4 * tokens * vocab_size))));
  const some = Object.fromEntries(Object.entries(texts.texts).map(([name, data]) => [name, data.subarray(0, rows * tokens)]));
  const { logits } = await oneStep(device, { ...given, batch: { rows, inputs: { ...some, labels: some.input_ids! } } });
  return { texts: some, shape: [rows, tokens], logits, byTokens };
}

/** config.json with the labels and preprocessor_config.json, or the tokenizer's files, which go beside any form of the merged model. `more` are fields of config.json for who loads that form. */
async function configs({ model, adapted }: DeployInput, more: Record<string, unknown> = {}): Promise<SavedFile[]> {
  const config = { path: 'config.json', bytes: text(modelConfig(adapted.model, model.config, true, more)) };
  if (adapted.model.language) return [config, ...((await model.companions?.()) ?? [])];
  const preprocess = preprocessJson(withSize(model.preprocess, adapted.model.image_size));
  return [
    config,
    { path: 'preprocessor_config.json', bytes: text(JSON.stringify(preprocess, null, 2)) },
  ];
}

/**
 * Merges an adapter into its model and writes the result as ONNX, then runs that file in onnxruntime-web on the probe
 * images or texts and compares it with the engine's own logits, of the model before merging. The files are what transformers.js loads:
 * the graph in a folder `onnx`, config.json with the labels, preprocessor_config.json or the tokenizer's files, and a README.md with the lines that run it. Throws ModelError or FormatError; a bad verdict is not thrown. The file also answers the pictures of `tested`.
 */
export async function deployOnnx(device: Device, input: DeployInput, { dtype = 'f32', tested, wasm, signal }: OnnxOptions = {}): Promise<{ files: SavedFile[]; verdict: ExportVerdict }> {
  const { model, adapted, values } = input;
  const net = adapted.model;
  // What cannot be written is refused before anything is merged.
  const graph = onnxGraph(net, dtype);
  checkOnnxSize(graph.graph);
  const merged = await mergedWeights(device, model.source, { adapted, values });
  const read = async (name: string) => merged.get(name) ?? values[name] ?? model.source.readF32Checked(name);
  const metadata = onnxMetadata(adapted, model.id, withSize(model.preprocess, net.image_size));
  const bytes = joinParts(await encodeOnnx({ ...graph, metadata }, read));
  const probe = isTextModel(net) ? await textProbeOf(device, net, input) : await probeOf(device, input);
  const compared = await verifyOnnx(bytes, probe, { wasm, tolerance: TOLERANCE[dtype] });
  const verdict = tested ? await answered(compared, bytes, input, tested, { wasm, signal }) : compared;
  // In a browser transformers.js looks for 8 bits where nothing is said.
  const [path, called] = named[dtype];
  const facts = verdict.tested ? { ...input.facts, accuracy: verdict.tested.right / verdict.tested.images, images: verdict.tested.images } : input.facts;
  const card = { path: 'README.md', bytes: text(onnxCard(adapted, model.id, path, called, facts)) };
  return { files: [{ path, bytes }, ...(await configs(input, { 'transformers.js_config': { dtype: called } })), card], verdict };
}

/** Path of the file, and its dtype as transformers.js calls it. */
const named: Record<OnnxDtype, [path: string, dtype: string]> = { f32: ['onnx/model.onnx', 'fp32'], f16: ['onnx/model_fp16.onnx', 'fp16'], q8: ['onnx/model_quantized.onnx', 'q8'] };

/** Pictures that are run at a time. */
const TOGETHER = 8;

/** A verdict with what the file answers on test pictures. Throws EngineError when aborted. */
async function answered(verdict: ExportVerdict, bytes: Uint8Array, { model, adapted }: DeployInput, tested: Split, { wasm, signal }: OnnxOptions): Promise<ExportVerdict> {
  async function* pixels() {
    for (let first = 0; first < tested.count; first += TOGETHER) {
      if (signal?.aborted) throw new EngineError('aborted', 'The export was cancelled.');
      const places = Array.from({ length: Math.min(TOGETHER, tested.count - first) }, (_, i) => first + i);
      const images = await Promise.all(places.map(async (i) => tested.image(i)));
      yield { ...probePixels(model.preprocess, adapted.model.image_size, images), labels: places.map((i) => defined(tested.labels[i])) };
    }
  }
  const right = await rightAnswers(bytes, pixels, wasm);
  const share = (100 * (right / tested.count)).toFixed(1);
  return { ...verdict, tested: { images: tested.count, right }, text: `${verdict.text} It gets ${share} % of ${tested.count} test pictures right.` };
}

/**
 * Merges an adapter into its model as a Hugging Face folder: config.json with the labels, preprocessor_config.json,
 * README.md, and model.safetensors, whose tensors are read one by one as the parts are taken. For a zip see `zipParts`.
 */
export async function deployFolder(device: Device, input: DeployInput): Promise<StreamedFile[]> {
  const { model, adapted, values, foreign, facts } = input;
  const merged = await mergedWeights(device, model.source, { adapted, values, foreign });
  const card = modelCard(adapted, model.id, parseModel(model.config).image_size, facts);
  const small = [...(await configs(input)), { path: 'README.md', bytes: text(card) }];
  return [
    ...small.map(({ path, bytes }) => ({ path, parts: [bytes] })),
    { path: 'model.safetensors', parts: safetensorsParts(modelTensors(adapted.model, model.source, merged)) },
  ];
}

/**
 * A model of texts with its tokenizer as one file for llama.cpp, `model-DTYPE.gguf`: as it is, or with an adapter merged into it. Its weights are
 * read as the parts are taken. Throws what `exportGguf` and `mergedWeights` throw.
 */
export async function deployGguf(model: LoadedModel, dtype: GgufDtype, trained?: { device: Device } & Pick<DeployInput, 'adapted' | 'values'>): Promise<StreamedFile> {
  // Of a folder its own name alone.
  const base = model.id.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const how = trained && { model: trained.adapted.model, name: `${base} with ${trained.adapted.method.fields.title}`, changed: () => mergedWeights(trained.device, model.source, trained) };
  return { path: `model-${dtype}.gguf`, parts: await exportGguf({ ...model, model: model.net, name: base, ...how }, dtype) };
}

/**
 * An adapter's folder for transformers and PEFT of a generation, with everything that lets other people check it.
 * `equivalent` writes a method that PEFT does not have as the one that computes the same. Throws ModelError when a part of the adapter would be lost.
 */
export async function deployAdapter(device: Device, input: DeployInput, generation: Generation, { equivalent = false } = {}): Promise<SavedFile[]> {
  const { model, foreign = [], facts } = input;
  if (foreign.length) {
    const count = foreign.length;
    const { name } = defined(foreign[0]);
    throw new ModelError(input.adapted.method.merged ? `the adapter also changes ${count} layers that this model does not run (${name} and others), which would be lost; merge it instead.` : `the adapter also changes ${count} layers that this model does not run (${name} and others), which would be lost.`);
  }
  const { adapted, values } = equivalent ? asEquivalent(input.adapted, input.values) : input;
  const probe = adapted.model.language ? undefined : await probeOf(device, { ...input, adapted, values: { ...input.values, ...values } });
  return exportAdapter({ adapted, values, base: model, preprocess: model.preprocess, own_size: parseModel(model.config).image_size, generation, probe, facts });
}
