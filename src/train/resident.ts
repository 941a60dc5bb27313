import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { LoadedAdapter } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import type { PreprocessConfig } from '../data/preprocess';
import type { Device } from '../engine/device';
import { Machine, type OnCompile } from '../engine/machine';
import { sizeOf } from '../engine/tensor';
import { checkWeights, loadWeights } from '../models/load';
import { TEXT_HEAD } from '../models/byText';
import { ModelError, type Model } from '../models/model';
import { completeTrain, trainDefaults } from './config';
import type { LoadedModel } from './openModel';
import { programOptions } from './plan';
import { classifying, type Predictor } from './predict';
import { recordEvaluation, type ProgramOptions } from './programs';
import type { FrozenDtype, ResidentMemory } from './protocol';
import { makeOnce } from './withPrograms';
import { recordLook } from './rollout';

/** Images a batch: few, so that a single one does not cost much more than it must. */
const BATCH = 8;
/** And of a look at a single picture. */
const ONE = 1;

/** Ways of looking at single pictures: classified in a pass of one picture, or also with where the model looks. */
export type Look = 'plain' | 'rollout';

type Loaded = Predictor & { one: Predictor | null };

export interface AddOptions {
  /** Preprocessing of the adapter's images; the model's own when left out. */
  preprocess?: PreprocessConfig;
  /** Labels to predict; the adapter's when left out. */
  labels?: readonly string[];
  look?: Look;
  /** Storage of the model's weights on the GPU for this adapter; the backbone's when left out. Weights that the backbone stores otherwise the adapter brings itself. */
  frozen_dtype?: FrozenDtype;
  onCompile?: OnCompile;
}

export interface ResidentOptions {
  /** Storage of weights on the GPU. */
  frozen_dtype?: FrozenDtype;
  progress?: (done: number, total: number) => void;
}

/**
 * A model whose frozen weights lie on the GPU once, and adapters on it. Each adapter is a machine of its own that borrows
 * the weights it leaves as they are and the working memory, and adds only what is its own: the factors, the bases, a head,
 * or whatever weights it changed. One of them runs at a time.
 */
export class Resident {
  private readonly loaded = new Map<string, Loaded>();

  private constructor(
    private readonly device: Device,
    private readonly model: LoadedModel,
    private readonly backbone: Machine,
    private readonly options: ProgramOptions,
    /** Labels that the backbone has no values of: heads. */
    private readonly blank: ReadonlySet<string>,
  ) {}

  /** Puts a model's weights on the GPU. `net` is the model in the form (head, image size) that most adapters have. */
  static async open(device: Device, model: LoadedModel, net: Model, { frozen_dtype = trainDefaults.frozen_dtype, progress }: ResidentOptions = {}): Promise<Resident> {
    const options = programOptions(completeTrain({ batch: BATCH, frozen_dtype }), device.report);
    const adapted = new Adapted(net, FROZEN);
    const { rec } = recordEvaluation(adapted, options);
    const blank: Arrays = {};
    // Its own head never runs: adapters bring theirs, or the checkpoint's is loaded for those that have none.
    for (const label of [...adapted.trace.head, TEXT_HEAD]) {
      const t = rec.find(label);
      if (t) blank[label] = new Float32Array(sizeOf(t.shape));
    }
    const machine = await Machine.build(device, rec);
    try {
      await loadWeights(machine, rec, adapted.trace, model.source, blank, { progress });
      return new Resident(device, model, machine, options, new Set(Object.keys(blank)));
    } catch (error) {
      machine.destroy();
      throw error;
    }
  }

  /** True when the device was lost or failed: everything must be opened anew. */
  get lost(): boolean {
    return this.device.lost !== null || this.device.errors.length > 0;
  }

  /** Storage of weights on the GPU. */
  get frozen_dtype(): FrozenDtype {
    return this.options.frozen_dtype;
  }

  has(key: string): boolean {
    return this.loaded.has(key);
  }

  keys(): string[] {
    return [...this.loaded.keys()];
  }

  /**
   * Adds an adapter, or puts it in another's place; with `look` single pictures can be looked at as well, which costs nothing
   * otherwise. On failure nothing is added. Throws ModelError when no head is there.
   */
  async add(key: string, { adapted, values, hasHead }: Pick<LoadedAdapter, 'adapted' | 'values' | 'hasHead'>, { preprocess = this.model.preprocess, labels = adapted.model.labels, look, frozen_dtype = this.frozen_dtype, onCompile }: AddOptions = {}): Promise<void> {
    checkHead(adapted, this.model, hasHead);
    const options = { ...this.options, frozen_dtype };
    const programs = recordEvaluation(adapted, look ? { ...options, beside: ONE } : options);
    const one = look && recordLook(programs.rec, adapted, options, ONE, look === 'rollout');
    const holds = (label: string) => !this.blank.has(label) && !Object.hasOwn(values, label);
    const machine = await Machine.build(this.device, programs.rec, onCompile, { machine: this.backbone, holds });
    try {
      await loadWeights(machine, programs.rec, adapted.trace, this.model.source, values);
      await makeOnce(machine, programs.rec);
      await machine.idle();
    } catch (error) {
      machine.destroy();
      throw error;
    }
    this.remove(key);
    const parts = { machine, labels, net: adapted.model, image_size: adapted.model.image_size, preprocess };
    this.loaded.set(key, { ...parts, programs: classifying(programs), one: one ? { ...parts, programs: one } : null });
  }

  /** Takes an adapter off the GPU and gives back exactly what it added. */
  remove(key: string): void {
    this.loaded.get(key)?.machine.destroy();
    this.loaded.delete(key);
  }

  /** True if an adapter can look at single pictures in this way. */
  looks(key: string, look: Look): boolean {
    const one = this.loaded.get(key)?.one;
    return one !== null && one !== undefined && (look === 'plain' || one.programs.rollout !== null);
  }

  /** For `predictions`. Throws when the adapter is not here. */
  predictor(key: string): Predictor {
    return this.find(key);
  }

  /** The same for one picture at a time. Throws when the adapter was not added for that. */
  looker(key: string): Predictor {
    const { one } = this.find(key);
    if (!one) throw new ModelError(`the adapter ${key} is not on the GPU for single pictures`);
    return one;
  }

  private find(key: string): Loaded {
    const found = this.loaded.get(key);
    if (!found) throw new ModelError(`the adapter ${key} is not on the GPU`);
    return found;
  }

  /** Bytes allocated: plans are held against the device's ledger to the byte. */
  memory(): ResidentMemory {
    return { backbone: this.backbone.plan.bytes, adapters: [...this.loaded].map(([key, { machine }]) => ({ key, bytes: machine.plan.bytes })) };
  }

  /** Gives everything back. */
  free(): void {
    for (const key of this.keys()) this.remove(key);
    this.backbone.destroy();
  }
}

/** Throws ModelError unless the checkpoint holds every weight and the head has its values from somewhere. */
export function checkHead(adapted: Adapted, model: LoadedModel, hasHead: boolean): void {
  const { newHead } = checkWeights(adapted.trace, model.source);
  if (newHead && !hasHead) throw new ModelError(`The adapter brings no head, and ${model.id} has none of ${adapted.model.num_labels} classes; save the adapter with its head (modules_to_save).`);
}
