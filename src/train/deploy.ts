import type { Adapted } from '../adapters/adapted';
import { loadAdapter, modelConfig, type ForeignLayer, type LoadedAdapter, type SavedFile } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { Arrays } from '../adapters/method';
import { withSize } from '../data/preprocess';
import { preprocessJson } from '../data/preprocessWrite';
import type { FileTree } from '../data/source';
import type { Device } from '../engine/device';
import { onnxMetadata } from '../export/onnx/metadata';
import { exportOnnx } from '../export/onnx/model';
import { F16_TOLERANCE, F32_TOLERANCE, verifyOnnx, type Verdict } from '../export/onnx/verify';
import { probePixels } from '../export/probe';
import { joinParts } from '../io/onnx/encode';
import type { VisionModel } from '../models/model';
import { logitsOf } from './logits';
import type { LoadedModel } from './openModel';

/** A base model and the adapter that goes out with it. */
export interface DeployInput {
  model: LoadedModel;
  adapted: Adapted;
  /** Trainables, bases, head, and a text head's matrix, by label. */
  values: Arrays;
  foreign?: ForeignLayer[];
  /** Images for checking, as the model takes them; a few made by a formula when left out. */
  probe?: { pixel_values: Float32Array; shape: [batch: number, channels: number, height: number, width: number] };
}

export interface OnnxOptions {
  /** Stores matrices as f16. */
  half?: boolean;
  /** Address of onnxruntime-web's ort-wasm-simd-threaded.wasm, served by the page; Node finds its own. */
  wasm?: string;
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value, null, 2));

/** Opens a saved adapter at the image size that it was trained on. Throws what `loadAdapter` throws. */
export async function openSaved(tree: FileTree, vision: VisionModel): Promise<LoadedAdapter> {
  const loaded = await loadAdapter(tree, vision);
  const { image_size } = loaded;
  return image_size === null || image_size === vision.image_size ? loaded : loadAdapter(tree, vision.with({ image_size }));
}

/**
 * Merges an adapter into its model and writes the result as ONNX, then runs that file in onnxruntime-web on the probe
 * images and compares it with the engine's own logits, of the model before merging. The files: model.onnx, config.json
 * with the labels, preprocessor_config.json. Throws ModelError or FormatError; a bad verdict is not thrown.
 */
export async function deployOnnx(device: Device, { model, adapted, values, probe: given }: DeployInput, { half = false, wasm }: OnnxOptions = {}): Promise<{ files: SavedFile[]; verdict: Verdict }> {
  const vision = adapted.model;
  const preprocess = withSize(model.preprocess, vision.image_size);
  const probe = given ?? probePixels(preprocess, vision.image_size);
  const merged = await mergedWeights(device, model.source, { adapted, values });
  const read = async (name: string) => merged.get(name) ?? values[name] ?? model.source.readF32Checked(name);
  const bytes = joinParts(await exportOnnx({ vision, config: model.config, read, metadata: onnxMetadata(adapted, model.id, preprocess), half }));
  const logits = await logitsOf(device, { adapted, source: model.source, values, pixels: probe.pixel_values });
  const verdict = await verifyOnnx(bytes, { ...probe, logits }, { wasm, tolerance: half ? F16_TOLERANCE : F32_TOLERANCE });
  const files = [
    { path: 'model.onnx', bytes },
    { path: 'config.json', bytes: new TextEncoder().encode(modelConfig(vision, model.config)) },
    { path: 'preprocessor_config.json', bytes: json(preprocessJson(preprocess)) },
  ];
  return { files, verdict };
}
