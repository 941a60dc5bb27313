import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { LoadedAdapter, SavedFile } from '../adapters/files';
import type { Device } from '../engine/device';
import type { FileTree } from '../io/fileTree';
import { classifierOf } from '../models/model';
import { generating, tellingApart, textModel } from '../models/text';
import { taskOf } from '../tasks/tasks.meta';
import { Generator, type Sampling } from '../train/generate';
import { generationOf, newTokens, settingsOf } from '../train/generation';
import { openImageModel, openModel, type LoadedModel } from '../train/openModel';
import type { DeviceChoice, FrozenDtype, TextSettings } from '../train/protocol';
import { forTask } from '../train/textSet';
import { requestDevice } from './device';
import { filesOf, type HubOptions } from './files';

/** Storage of frozen weights, by our names or by transformers.js'. */
const dtypes = { f32: 'f32', f16: 'f16', q8: 'q8', nf4: 'nf4', fp32: 'f32', fp16: 'f16', bnb4: 'nf4' } as const satisfies Record<string, FrozenDtype>;

export interface ModelOptions extends HubOptions {
  /** That of `requestDevice`, or what it is asked for; `auto` when left out. */
  device?: Device | DeviceChoice;
  /** Storage of the frozen weights on the device: f32 (also fp32), f16 (fp16), q8 or nf4 (bnb4). */
  dtype?: keyof typeof dtypes;
}

/** A checkpoint of a model. Its weights are read from its files as they are needed. */
export class PreTrainedModel {
  constructor(
    readonly device: Device,
    /** The loaded model, as the trainer and adapters take it. */
    readonly loaded: LoadedModel,
    readonly dtype: FrozenDtype,
  ) {}

  /** The files of its folder. */
  get files(): FileTree {
    return this.loaded.files;
  }

  /** config.json. */
  get config(): Record<string, unknown> {
    return this.loaded.config;
  }

  /** Names of its classes; empty for a checkpoint without a head. */
  get labels(): readonly string[] {
    return classifierOf(this.loaded.net).labels;
  }

  /** The settings by which the model reads texts; undefined if it reads none. */
  get text(): TextSettings | undefined {
    return undefined;
  }

  /** The same model out of other files, as of its merged weights. Throws ModelError or FormatError. */
  async reopened(files: FileTree): Promise<this> {
    const Own = this.constructor as new (device: Device, loaded: LoadedModel, dtype: FrozenDtype) => this;
    return new Own(this.device, await openAs(files, this.text), this.dtype);
  }

  /** The same with their bytes. */
  async save_pretrained(): Promise<SavedFile[]> {
    return Promise.all(this.files.paths().map(async (path) => ({ path, bytes: await this.files.read(path) })));
  }
}

/** One that tells what images are. */
export class ImageClassificationModel extends PreTrainedModel {}

/** One that tells what texts are, or pairs of texts. */
export class SequenceClassificationModel extends PreTrainedModel {
  override get text(): TextSettings {
    return { task: taskOf(tellingApart) };
  }
}

/** One that goes on with texts. */
export class CausalLMModel extends PreTrainedModel {
  override get text(): TextSettings {
    return { task: taskOf(generating) };
  }

  /** The tokens that follow those of a prompt, one by one, as the checkpoint says them. Throws DataError where there is no room for them. */
  generate(input_ids: ArrayLike<number>, options: GenerationOptions = {}): AsyncGenerator<number> {
    return generated(this, { adapted: new Adapted(this.loaded.net, FROZEN), values: {} }, input_ids, options);
  }
}

/** Options for choosing tokens, by transformers' names; those left out are as in the model's generation_config.json, except for beams, and greedy without one. Ended by an end of text, `signal`, or whoever takes no more of them. */
export type GenerationOptions = Partial<Omit<Sampling, 'eos'>> & { eos_token_id?: number | readonly number[] };

/** The tokens that follow a prompt, of a model with an adapter. */
export async function* generated({ device, loaded, dtype }: PreTrainedModel, { adapted, values }: Pick<LoadedAdapter, 'adapted' | 'values'>, input_ids: ArrayLike<number>, { eos_token_id, ...how }: GenerationOptions): AsyncGenerator<number> {
  const generation = await generationOf(loaded);
  const { max_tokens } = textModel(adapted.model).language;
  const max_new_tokens = newTokens(how, generation, input_ids.length, max_tokens);
  const { temperature, top_k, top_p } = settingsOf({ ...how, num_beams: 1 }, generation);
  const form = textModel(adapted.model.with({ tokens: Math.min(max_tokens, input_ids.length + max_new_tokens) }));
  const generator = await Generator.open(device, { adapted: new Adapted(form, adapted.config), source: loaded.source, values, frozen_dtype: dtype }, { signal: how.signal });
  try {
    yield* generator.generate(input_ids, { ...how, temperature, top_k, top_p, max_new_tokens, eos: [eos_token_id ?? generation.ends].flat() });
  } finally {
    generator.destroy();
  }
}

/** A model in the form that is asked for: of images, or as texts are read. Throws ModelError or FormatError. */
async function openAs(files: FileTree, text: TextSettings | undefined): Promise<LoadedModel> {
  if (!text) return openImageModel(files);
  const loaded = await openModel(files);
  return { ...loaded, net: forTask(loaded, text) };
}

/** Opens a class of models by the name of a bundled one, by its id on the hub, or from the files of its folder (in Node also by its path). Throws HubError, ModelError, FormatError or EngineError. */
const auto = <M extends PreTrainedModel>(Model: new (device: Device, loaded: LoadedModel, dtype: FrozenDtype) => M) => ({
  async from_pretrained(from: string | FileTree, { device = 'auto', dtype = 'f32', ...options }: ModelOptions = {}): Promise<M> {
    const loaded = await openAs(await filesOf(from, options), (Model.prototype as PreTrainedModel).text);
    const { progress_callback } = options;
    const notice = progress_callback && ((text: string) => progress_callback({ status: 'notice', name: loaded.id, text }));
    return new Model(typeof device === 'string' ? await requestDevice(device, { notice }) : device, loaded, dtypes[dtype]);
  },
});

/** Opens a model that tells what images are, of any family. */
export const AutoModelForImageClassification = auto(ImageClassificationModel);

/** Opens a model that tells what texts are, of any family that reads texts. */
export const AutoModelForSequenceClassification = auto(SequenceClassificationModel);

/** Opens a model that goes on with texts. */
export const AutoModelForCausalLM = auto(CausalLMModel);
