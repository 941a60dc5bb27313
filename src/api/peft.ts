import { settingsOfConfig } from '../adapters/files/config';
import { Adapted } from '../adapters/adapted';
import { sizeOf } from '../engine/tensor';
import { saveAdapter, type LoadedAdapter, type SavedFile } from '../adapters/files';
import { ConfigError } from '../adapters/fields';
import { memoryTree, type FileTree } from '../io/fileTree';
import { joinParts } from '../io/joinParts';
import { generating, readoutOf, readouts } from '../models/text';
import { openSaved } from '../train/openTrained';
import type { MethodConfig } from '../train/protocol';
import { filesOf, type HubOptions } from './files';
import { generated, type GenerationOptions, type PreTrainedModel } from './models';
import type { MethodSettings } from './settings';

/** `adapter_config.json` of PEFT: `peft_type` and the type's fields. `target_modules` left out are the model's own. */
export interface PeftConfig {
  peft_type: string;
  target_modules?: string | string[];
  [field: string]: unknown;
}

/** Everything that an adapter has learned. */
export type Trained = Pick<LoadedAdapter, 'adapted' | 'values' | 'bases' | 'hasHead' | 'foreign'>;

/** An adapter of a model: its method, and the values that it has learned, if any. */
export interface NamedAdapter {
  config: MethodConfig;
  trained: Trained | null;
}

/** A model with one or more adapters, of which one is active. */
export class PeftModel<M extends PreTrainedModel = PreTrainedModel> {
  readonly adapters = new Map<string, NamedAdapter>();
  active_adapter = '';

  constructor(readonly base_model: M) {}

  /** Opens a saved adapter, by its id on the hub or out of its files. Throws HubError, FormatError, ConfigError or ModelError. */
  static async from_pretrained<M extends PreTrainedModel>(model: M, from: string | FileTree, options: HubOptions & { adapter_name?: string } = {}): Promise<PeftModel<M>> {
    const peft = new PeftModel(model);
    await peft.load_adapter(from, options);
    return peft;
  }

  /** Puts another saved adapter beside those that are there, and makes it the active one. Throws as `from_pretrained`. */
  async load_adapter(from: string | FileTree, { adapter_name = 'default', ...options }: HubOptions & { adapter_name?: string } = {}): Promise<void> {
    const { net, source } = this.base_model.loaded;
    const trained = await openSaved(await filesOf(from, options), net, source);
    this.adapters.set(adapter_name, { config: trained.adapted.config, trained });
    this.active_adapter = adapter_name;
  }

  /**
   * Puts an adapter that has learned nothing yet beside those that are there, and makes it the active one. A model of classes of texts trains its
   * head along, as PEFT's task_type SEQ_CLS has it, unless `modules_to_save` says otherwise. Throws FormatError or ConfigError.
   */
  add_adapter(adapter_name: string, config: MethodSettings | PeftConfig | MethodConfig): void {
    const { net } = this.base_model.loaded;
    const settings = 'peft_type' in config ? settingsOfConfig({ target_modules: net.default_target_modules, ...(net.language && !readoutOf(net.language).vocabulary && { modules_to_save: [net.head!] }), ...config }) : ({ ...config } as MethodConfig);
    this.adapters.set(adapter_name, { config: new Adapted(net, settings).config, trained: null });
    this.active_adapter = adapter_name;
  }

  /** Throws ConfigError where there is no adapter of this name. */
  set_adapter(adapter_name: string): void {
    if (!this.adapters.has(adapter_name)) throw new ConfigError(`there is no adapter ${adapter_name}; there are ${[...this.adapters.keys()].join(', ')}.`);
    this.active_adapter = adapter_name;
  }

  get active(): NamedAdapter {
    return this.adapters.get(this.active_adapter)!;
  }

  /** Numbers of trainable parameters, adapter and head, and of all. */
  get_nb_trainable_parameters(): [trainable: number, all: number] {
    const { config, trained } = this.active;
    const adapted = trained?.adapted ?? new Adapted(this.base_model.loaded.net, config);
    const { adapter_parameters, head_parameters } = adapted.counts();
    const weights = [...adapted.trace.weights.values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
    const trainable = adapter_parameters + head_parameters;
    return [trainable, adapted.method.trains === 'adapter' ? weights + adapter_parameters : weights];
  }

  /** The files of the active adapter's folder, as PEFT has them. Throws ConfigError where it has learned nothing. */
  async save_pretrained(): Promise<SavedFile[]> {
    const { adapted, values } = this.learned();
    return saveAdapter(adapted, values, { base: this.base_model.loaded });
  }

  /** A model of its own with the active adapter in its weights, whole in memory. Throws ConfigError or ModelError. */
  async merge_and_unload(): Promise<M> {
    const { device, loaded } = this.base_model;
    const { adapted, values, foreign } = this.learned();
    const files: Record<string, Uint8Array> = {};
    const { deployFolder } = await import('../train/deploy');
    for (const { path, parts } of await deployFolder(device, { model: loaded, adapted, values, foreign })) {
      const bytes: Uint8Array[] = [];
      for await (const part of parts) bytes.push(part);
      files[path] = joinParts(bytes);
    }
    return this.base_model.reopened(memoryTree(`${loaded.id} merged`, files));
  }

  /** The tokens that follow those of a prompt, one by one, by the active adapter. Throws ConfigError of a model that does not go on with texts, or whose adapter has learned nothing. */
  generate(input_ids: ArrayLike<number>, options: GenerationOptions = {}): AsyncGenerator<number> {
    const { language } = this.base_model.loaded.net;
    if (!language || !readoutOf(language).generates) throw new ConfigError(`only a model of ${readouts[generating].className} goes on with texts.`);
    return generated(this.base_model, this.learned(), input_ids, options);
  }

  /** Values that the active adapter has learned. Throws ConfigError if there are none. */
  learned(): Trained {
    const { trained } = this.active;
    if (!trained) throw new ConfigError(`the adapter ${this.active_adapter} has learned nothing yet; train it first.`);
    return trained;
  }
}

/** The model with an adapter on it that has learned nothing yet, by the class of a method, or by a config as PEFT's file or the studio has it. Throws FormatError or ConfigError. */
export function get_peft_model<M extends PreTrainedModel>(model: M, config: MethodSettings | PeftConfig | MethodConfig, adapter_name = 'default'): PeftModel<M> {
  const peft = new PeftModel(model);
  peft.add_adapter(adapter_name, config);
  return peft;
}
