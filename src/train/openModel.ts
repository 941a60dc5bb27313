import { parsePreprocess, readPreprocess, type PreprocessConfig } from '../data/preprocess';
import { messageOf } from '../errors/errors';
import { openCheckpoint } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import { parseFloats } from '../io/jsonFloats';
import type { TensorSource } from '../io/safetensors';
import type { TextTokenizer } from '../io/textTokenizer';
import type { Tokenizer } from '../io/tokenizer';
import { hasTextTokenizer, hasTokenizer } from '../io/tokenizerFiles';
import { parseModel } from '../models';
import { LOGIT_SCALE } from '../models/byText';
import { ModelError, type Model } from '../models/model';
import { v4Source } from '../models/names';
import { turnedSource } from '../models/transposed';
import { atOwnSize } from '../player/sized';

/** A model before its weights are opened: its sizes, and the preprocessing of its images. */
export interface DescribedModel {
  /** The network as its family records it: its form, before any task or data change it. */
  net: Model;
  /** config.json as it is, for writing merged models. */
  config: Record<string, unknown>;
  preprocess: PreprocessConfig;
}

/** A model whose weights may not be here yet. */
export interface KnownModel extends DescribedModel {
  id: string;
  /** Opens the tokenizer, once; absent unless the folder has one and the checkpoint a text tower for it. */
  tokenizer?: () => Promise<Tokenizer>;
  /** The same of a model that reads texts alone. */
  texts?: () => Promise<TextTokenizer>;
  /** Small files of its folder that say how texts become tokens, as they are. */
  companions?: () => Promise<{ path: string; bytes: Uint8Array }[]>;
}

/** A checkpoint, with its weights, which are read tensor by tensor. */
export interface LoadedModel extends KnownModel {
  source: TensorSource;
  /** The folder that it was opened from. */
  files: FileTree;
}

/** Files of a tokenizer, and how texts are gone on with, as transformers calls them. */
const COMPANIONS = /^(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|generation_config)\.json$|^merges\.txt$|^vocab\.txt$|^chat_template\.jinja$/;

const MAX_CONFIG = 4 * 1024 * 1024;

/** Reads config.json of a Hugging Face folder. Throws ModelError. */
export async function readModelConfig(tree: FileTree): Promise<Record<string, unknown>> {
  if (!tree.paths().includes('config.json')) throw new ModelError(`${tree.name} has no config.json; choose the folder of a Hugging Face model (config.json and model.safetensors).`);
  const size = await tree.size('config.json');
  if (size > MAX_CONFIG) throw new ModelError(`config.json of ${tree.name} has ${size} bytes; at most ${MAX_CONFIG} are read.`);
  try {
    return parseFloats(new TextDecoder().decode(await tree.read('config.json'))) as Record<string, unknown>;
  } catch (error) {
    throw new ModelError(`config.json of ${tree.name} is not JSON: ${messageOf(error)}`);
  }
}

/** Reads the configs of a Hugging Face folder; a model of images is taken at the input size that its preprocessing makes. Throws ModelError or DataError. */
export async function describeModel(tree: FileTree): Promise<DescribedModel> {
  const config = await readModelConfig(tree);
  const net = parseModel(config);
  // Nobody asks a model of texts what its images go through.
  if (net.language) return { net, config, preprocess: parsePreprocess({ size: { height: 1, width: 1 } }) };
  return { config, ...atOwnSize(net, await readPreprocess(tree)) };
}

/** Opens a Hugging Face folder. Weights are not read yet. Throws ModelError, FormatError or DataError. */
export async function openModel(tree: FileTree): Promise<LoadedModel> {
  const described = await describeModel(tree);
  const { net } = described;
  const source = turnedSource(v4Source(await openCheckpoint(tree), net.names), net);
  // A checkpoint of the tower of images alone lacks these.
  const ofTexts = net.text ? [net.text.table, LOGIT_SCALE].every((name) => source.has(name)) : net.language !== undefined;
  return { id: tree.name, ...described, source, files: tree, ...(ofTexts && textsOf(tree, net)) };
}

/** The same of what looks at images. Throws ModelError of a model that reads texts. */
export async function openImageModel(tree: FileTree): Promise<LoadedModel> {
  const model = await openModel(tree);
  if (model.net.language) throw new ModelError(`${tree.name} is a ${model.net.family} model, which reads texts; only models that look at pictures can be opened here.`);
  return model;
}

/** The tokenizer of a folder whose checkpoint has a text tower, if the family has one, or reads texts alone: opened when it is first asked for. */
export function textsOf(tree: FileTree, net: Model): Pick<KnownModel, 'tokenizer' | 'texts' | 'companions'> {
  const companions = () => Promise.all(tree.paths().filter((path) => COMPANIONS.test(path)).map(async (path) => ({ path, bytes: await tree.read(path) })));
  if (net.language) return { companions, ...(hasTextTokenizer(tree.paths()) && { texts: once(async () => (await import('../io/textTokenizer')).openTextTokenizer(tree)) }) };
  return net.text && hasTokenizer(tree.paths()) ? { tokenizer: once(async () => (await import('../io/tokenizer')).openTokenizer(tree)) } : {};
}

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
