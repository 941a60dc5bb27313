import { parsePreprocess, readPreprocess, type PreprocessConfig } from '../data/preprocess';
import type { FileTree } from '../data/source';
import { openCheckpoint } from '../io/checkpoint';
import { v4Source } from '../io/hfNames';
import type { TensorSource } from '../io/safetensors';
import { hasTokenizer, openTokenizer, type Tokenizer } from '../io/tokenizer';
import { parseModel } from '../models';
import { LOGIT_SCALE } from '../models/clip/clip';
import { ModelError, type VisionModel } from '../models/model';

/** A checkpoint: its sizes, its weights (read tensor by tensor), and what an image goes through before it. */
export interface LoadedModel {
  id: string;
  vision: VisionModel;
  /** config.json as it is, for writing merged models. */
  config: Record<string, unknown>;
  source: TensorSource;
  preprocess: PreprocessConfig;
  /** Opens the tokenizer, once; absent unless the folder has one and the checkpoint a text tower for it. */
  tokenizer?: () => Promise<Tokenizer>;
}

const MAX_CONFIG = 4 * 1024 * 1024;

/** Reads config.json of a Hugging Face folder. Throws ModelError. */
export async function readModelConfig(tree: FileTree): Promise<Record<string, unknown>> {
  if (!tree.paths().includes('config.json')) throw new ModelError(`${tree.name} has no config.json; choose the folder of a Hugging Face model (config.json and model.safetensors).`);
  const size = await tree.size('config.json');
  if (size > MAX_CONFIG) throw new ModelError(`config.json of ${tree.name} has ${size} bytes; at most ${MAX_CONFIG} are read.`);
  try {
    return JSON.parse(new TextDecoder().decode(await tree.read('config.json'))) as Record<string, unknown>;
  } catch (error) {
    throw new ModelError(`config.json of ${tree.name} is not JSON: ${(error as Error).message}`);
  }
}

/** Opens a Hugging Face folder. Weights are not read yet. Throws ModelError, FormatError or DataError. */
export async function openModel(tree: FileTree): Promise<LoadedModel> {
  const config = await readModelConfig(tree);
  const vision = parseModel(config);
  const source = v4Source(await openCheckpoint(tree));
  const preprocess = (await readPreprocess(tree)) ?? parsePreprocess({ image_processor_type: vision.family === 'clip' ? 'CLIPImageProcessor' : 'ViTImageProcessor', size: { height: vision.image_size, width: vision.image_size } });
  const texts = vision.text && TEXT_WEIGHTS.every((name) => source.has(name)) && hasTokenizer(tree.paths());
  return { id: tree.name, vision, config, source, preprocess, ...(texts ? { tokenizer: once(() => openTokenizer(tree)) } : {}) };
}

/** Two of the tensors that a checkpoint of the vision tower alone lacks. */
const TEXT_WEIGHTS = ['text_model.embeddings.token_embedding.weight', LOGIT_SCALE];

/** The first call's promise for all calls; a failed one is forgotten. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | null = null;
  return () => {
    promise ??= open().catch((error: unknown) => {
      promise = null;
      throw error;
    });
    return promise;
  };
}
