import type { Recorder, StackKind } from '../engine/record';
import { lastOf, sizeOf, type Tensor } from '../engine/tensor';
import { safetensorsBytes } from '../io/safetensors';
import { tablesAs } from '../io/stored';
import { targets } from '../io/targets';
import { breather } from '../io/breathe';
import type { Model } from '../models/model';
import { traceModel, type Trace } from '../models/trace';
import type { Context, LinearOptions } from '../nn/context';
import { recording } from '../nn/recording';
import { activation } from '../ops/activation';
import { linear, linearRecomputed } from '../ops/matmul';
import type { FrozenDtype } from '../io/stored';
import { defined } from '../numbers/defined';
import type { MethodConfig } from './field';
import { completeConfig, ConfigError } from './fields';
import { groupBelow } from './layerGroups';
import { compilePatterns } from './patterns';
import { methodOf } from './index';
import { modelFor } from './prompts/model';
import { generator, normal } from './init';
import { commonOf, inFile, leavesAlone, mustMerge, settledOf, trainsWeight, type AfterStep, type Arrays, type CommonTensor, type Comparison, type FileBase, type FixedTensor, type Form, type Layer, type LayerTensors, type Merging, type Method, type SharedTensor, type Stacked } from './method';

/** Parameter groups of the optimizer: what the method trains, and the head with a learning rate of its own. */
export const ADAPTER_GROUP = 'adapter';
export const HEAD_GROUP = 'head';

/** Standard deviation of a new head's weights; its bias starts at zero. */
const HEAD_STD = 0.01;
/** Milliseconds that start values are computed for before other work has its turn. */
const BREATH = 50;

export interface ContextOptions {
  rec: Recorder;
  /** Images per (micro-)batch: decides between streamed and merged. */
  batch: number;
  /** Dropout is on. */
  training: boolean;
  frozen_dtype: FrozenDtype;
  checkpoint_activations: boolean;
  /** Form of every layer, for tests and benchmarks; otherwise the config's, or the cost model's choice. */
  form?: Form;
  /** Of merged weights; made again when left out. */
  merging?: Merging;
  /** Micro-batches for which they are made; 1 when left out. */
  sharing?: number;
  /** Groups trained tensors by their distance below the head, for learning rates of their own. */
  byLayer?: boolean;
  /** For a training step: receives what the method learns by. */
  learning?: Partial<Comparison>;
  /** Images per batch of another program on the same recorder, which decides by them: it may bind alone what runs as one here. */
  beside?: number;
}

/**
 * A model with a method on it: which layers are adapted, which tensors learn, how each layer runs. Everything that is
 * the same for all methods lives here: targets, counts, start values, choice of form, merging.
 */
export class Adapted {
  readonly method: Method;
  /** As the method has it. */
  readonly model: Model;
  readonly config: MethodConfig;
  readonly trace: Trace;
  readonly layers: Layer[];
  readonly shared: Record<string, SharedTensor>;
  readonly common: Record<string, CommonTensor>;
  /** Terms added to the loss of a step; null if there are none. */
  readonly penalty: ((stack: Stacked) => Tensor[]) | null;
  /** Work after each update; null if there is none. */
  readonly afterStep: AfterStep | null;
  /** Weight of each epoch in the average that a run leaves; null if the method keeps none of its own. */
  readonly average: ((epoch: number, epochs: number) => number) | null;
  private readonly patterns: ReturnType<typeof compilePatterns>;
  /** Adapted layers as they were declared, by recorder and name. */
  private readonly declared = new WeakMap<Recorder, Map<string, Stacked>>();
  private readonly settled: ((layer: Layer) => Record<string, unknown>) | undefined;
  private readonly ownConfigs = new Map<string, MethodConfig>();

  /** Names of the head's tensors that are trained. */
  readonly trainedHead: ReadonlySet<string>;
  /** And of the model's other weights that are. */
  readonly trainedWeights: ReadonlySet<string>;

  /**
   * Throws ConfigError or FormatError when a setting is bad or no layer matches. `bases` gives the shapes of fixed bases
   * that come from a file; they may be larger than these layers need.
   */
  constructor(base: Model, config: MethodConfig, bases: Record<string, FileBase> = {}) {
    this.config = completeConfig(config);
    this.method = methodOf(config.method);
    const model = (this.model = modelFor(this.method, this.config, base));
    this.patterns = compilePatterns(this.config);
    this.trace = traceModel(model);
    this.trainedHead = this.trainsHead() ? this.trace.head : new Set();
    this.trainedWeights = new Set([...this.trace.weights.keys()].filter((name) => !this.trace.head.has(name) && trainsWeight(this.method, this.config, name, this.trace.weights)));
    const nothing = Array.isArray(this.config.modules_to_save) && this.config.modules_to_save.length === 0;
    if (this.method.trains === 'head' && this.trainedHead.size === 0 && !nothing) {
      throw new ConfigError(model.head ? `${config.method} trains the head alone, and this model has it left out.` : `${config.method} trains the head alone, and this model has a fixed one.`);
    }
    this.layers = this.method.onNoLayer ? [] : targetLayers(model, this.config);
    this.settled = settledOf(this.method, this.config, model, this.layers);
    for (const layer of this.layers) this.method.check?.(this.configOf(layer), layer);
    this.shared = this.layers.length ? (this.method.shared?.(this.config, this.layers, bases) ?? {}) : {};
    for (const [name, { shape }] of Object.entries(bases)) {
      const needed = this.shared[name]?.shape;
      if (needed?.length !== shape.length || needed.some((d, i) => d > defined(shape[i]))) throw new ConfigError(`base_model.${name} is [${shape.join(', ')}]; these layers need at least [${needed?.join(', ') ?? ''}].`);
      this.shared[name] = { ...defined(this.shared[name]), shape, data: null };
    }
    this.common = commonOf(this.method, this.config, { model, blocks: this.trace.blocks, layers: this.layers });
    this.penalty = this.method.penalty?.(this.config, this.layers) ?? null;
    this.afterStep = this.method.afterStep?.(this.config, this.layers) ?? null;
    this.average = this.method.average?.(this.config) ?? null;
  }

  /** The config as it is for one layer: patterns may give it a rank and an alpha of its own, and so may its method. */
  configOf(layer: Layer): MethodConfig {
    const known = this.ownConfigs.get(layer.name);
    if (known) return known;
    const own = this.patterns.flatMap(({ setting, rules }): [string, unknown][] => {
      const rule = rules.find(({ matches }) => matches(layer.name));
      return rule ? [[setting, rule.value]] : [];
    });
    const settled = Object.entries(this.settled?.(layer) ?? {});
    const config = own.length || settled.length ? { ...this.config, ...Object.fromEntries([...own, ...settled]) } : this.config;
    this.ownConfigs.set(layer.name, config);
    return config;
  }

  /** Exact numbers of trainable parameters: the adapter's (or all weights'), and the head's. */
  counts(): { adapter_parameters: number; head_parameters: number } {
    const size = (names: Iterable<string>) => [...names].reduce((n, name) => n + sizeOf(this.trace.weights.get(name)!), 0);
    const head_parameters = size(this.trainedHead);
    const per = (layer: Layer) => Object.values(this.method.tensors(this.configOf(layer), layer)).reduce((n, shape) => n + sizeOf(shape), 0);
    const common = Object.values(this.common).reduce((n, { shape }) => n + sizeOf(shape), 0);
    return { adapter_parameters: this.layers.reduce((n, layer) => n + per(layer), common + size(this.trainedWeights)), head_parameters };
  }

  /** True if nothing of the adapter is left on a layer. */
  leavesAlone(layer: Layer): boolean {
    return leavesAlone(this.method, this.configOf(layer), layer);
  }

  /** Adapted layers as the programs recorded so far have them: each once, together with those that it runs as one with. */
  stacks(rec: Recorder): readonly Stacked[] {
    return [...new Set(this.declared.get(rec)?.values())];
  }

  /** A layer's fixed tensors, by suffix. */
  fixedOf(layer: Layer): Record<string, FixedTensor> {
    return this.method.fixed?.(this.configOf(layer), layer) ?? {};
  }

  /** Names of the model's own weights that its file holds: those that learn, or the whole model where all of it does. */
  weightsInFile(): string[] {
    return this.method.trains === 'weights' ? [...this.trace.weights.keys()] : [...this.trainedWeights, ...this.trainedHead];
  }

  /** The values of layers' fixed tensors among `values`, by label. */
  fixedAmong(values: Arrays): Arrays {
    const labels = this.layers.flatMap((layer) => Object.keys(this.fixedOf(layer)).map((suffix) => adapterLabel(layer.name, suffix)));
    return Object.fromEntries(labels.map((label) => [label, defined(values[label])]));
  }

  /** Bytes of the file of weights that `saveAdapter` writes, as f32: what learns, and the fixed bases, with the header; the whole model where all of it learns. */
  fileBytes(): number {
    const tensor = (name: string, shape: readonly number[], dtype: FixedTensor['dtype'] = undefined): Parameters<typeof safetensorsBytes>[0][number] => [name, { dtype: dtype ?? 'F32', shape: [...shape] }];
    const own = this.layers.flatMap((layer) => Object.entries(inFile(this.method, this.configOf(layer), layer)).map(([suffix, { shape, dtype }]) => tensor(adapterLabel(layer.name, suffix), shape, dtype)));
    const shared = [...Object.entries(this.shared), ...Object.entries(this.common)].map(([name, { shape }]) => tensor(modelLabel(name), shape));
    const weights = this.weightsInFile().map((name) => tensor(this.method.trains === 'adapter' ? modelLabel(`model.${name}`) : name, this.trace.weights.get(name)!));
    // Stryker disable next-line EqualityOperator: no two have one name
    return safetensorsBytes([...own, ...shared, ...weights].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /**
   * The form of a layer for a batch: as the config says, streamed under dropout, otherwise the cheaper one, where `sharing`
   * micro-batches share a merged weight.
   */
  formOf(layer: Layer, batch: number, sharing = 1): Form {
    const wanted = this.config.form;
    if (wanted === 'streamed' || wanted === 'merged') return wanted;
    const cost = this.costOf(layer, batch, sharing);
    return dropsOut(this.config) || !cost || cost.streamed <= cost.merged ? 'streamed' : 'merged';
  }

  /** Multiply-adds that a layer's update adds to a micro-batch, in both forms: no end of them where it cannot be merged. */
  costOf(layer: Layer, batch: number, sharing = 1): Record<Form, number> | undefined {
    const cost = this.method.cost?.(this.configOf(layer), layer, this.rowsOf(layer, batch));
    if (!cost) return undefined;
    const { streamed, merged = Infinity, merging = 0 } = cost;
    return { streamed, merged: merged + merging / sharing };
  }

  /** Rows that a layer sees of so many images: their tokens, or those of the classes' texts, which are made once or for each of them. */
  private rowsOf(layer: Layer, batch: number): number {
    const { textRows } = this.model;
    const inText = textRows && this.trace.linears.find(({ name, tower }) => tower === 'text' && name === layer.name);
    return inText ? inText.rows * (textRows.perImage ? batch : 1) : batch * this.tokens;
  }

  /** The context through which the model is recorded. */
  context(options: ContextOptions): Context {
    const { rec } = options;
    let { training } = options;
    const groupOf = (weight: string) => groupBelow(ADAPTER_GROUP, options.byLayer ? (this.trace.below.get(weight) ?? 0) : 0);
    const adapted = new Map(this.layers.filter((layer) => !this.leavesAlone(layer)).map((layer) => [layer.name, layer]));
    const kind = (name: string, dtype: FrozenDtype): StackKind => {
      if (this.trainedHead.has(name)) return { group: HEAD_GROUP };
      if (this.trainedWeights.has(name)) return { group: groupOf(name) };
      return { dtype };
    };
    const weights = (names: string[], shape: readonly number[], dtype: FrozenDtype = 'f32') => rec.stack(names, shape, kind(defined(names[0]), dtype));
    /** The layers as one; null where they are several and do not run so. */
    const run = (names: readonly string[], x: Tensor, out: number, { act, residual, bias = true }: LinearOptions): Tensor | null => {
      const W = weights(names.map((name) => `${name}.weight`), [out, lastOf(x)], options.frozen_dtype);
      const b = bias ? weights(names.map((name) => `${name}.bias`), [out]) : null;
      if (!W || (bias && !b)) return null;
      const label = groupName(names);
      const layers = names.flatMap((name) => adapted.get(name) ?? []);
      if (!layers.length) return linear(x, W, { bias: b, act, residual, label });
      const formAt = (batch: number) => options.form ?? this.formOf(defined(layers[0]), batch, options.sharing);
      const form = formAt(options.batch);
      if (names.length > 1 && !this.runsAsOne(layers, names, form)) return null;
      const whole = options.beside === undefined || this.runsAsOne(layers, names, formAt(options.beside));
      const t = this.layerTensors(rec, layers, W, b, names, { group: groupOf(`${defined(names[0])}.weight`), whole });
      if (!t) return null;
      const [c, layer] = [this.configOf(defined(layers[0])), defined(layers[0])];
      return rec.scope(label, () => {
        if (form === 'merged') {
          const { method } = this;
          mustMerge(method);
          const merged = () => method.merged(c, layer, t);
          const { merging = 'again' } = options;
          const own = { bias: method.bias ? method.bias(c, layer, t) : b, act, residual, label };
          if (merging === 'again') return linearRecomputed(x, merged, own);
          return linear(x, merging === 'once' ? rec.once(label, merged) : merged(), own);
        }
        const y = this.method.streamed(c, layer, t, x, act ? undefined : residual, training);
        if (!act) return y;
        if (residual) throw new Error(`${label}: activation and residual in one layer`);
        return activation(y, act);
      });
    };
    const { prompts } = this.method;
    const tensor = (name: string) => (this.common[name] ? this.commonTensor(rec, name) : null);
    return recording({
      ...(prompts && { tokens: (site, x) => prompts.put(this.config, site, x, tensor, this.model) }),
      once: (name, body) => rec.once(name, () => {
        // What is made once a step is read by evaluations, too.
        training = false;
        const made = body();
        training = options.training;
        return made;
      }, 'texts'),
      ...(prompts?.compare && { compare: (seen) => Object.assign(options.learning ?? {}, prompts.compare!(this.config, seen, tensor, options.learning !== undefined)).logits }),
      weight: (name, shape, { table = false } = {}) => rec.view(weights([name], shape, table ? tablesAs(options.frozen_dtype) : 'f32')!, shape),
      block: (name, x, body) => (options.checkpoint_activations ? rec.checkpoint(() => rec.scope(name, () => body(x))) : body(x)),
      linear: (name, x, out, opts = {}) => run([name], x, out, opts)!,
      linears: (names, x, out, opts = {}) => run(names, x, out, opts) ?? names.map((name) => run([name], x, out, opts)!),
    });
  }

  /** True if adapted layers out of `names`, of one size and on one input, run as one in this form. */
  private runsAsOne(layers: Layer[], names: readonly string[], form: Form): boolean {
    const configs = layers.map((layer) => this.configOf(layer));
    if (!this.method.runsAsOne?.(defined(configs[0]), form) || configs.some((c) => JSON.stringify(c) !== JSON.stringify(configs[0]))) return false;
    if (form === 'merged') return layers.length === names.length;
    // Each layer drops other inputs, and the adapted ones are evenly spaced from the first on. One alone is better off alone:
    // then attention has no gradients of the others to make.
    const at = layers.map((layer) => names.indexOf(layer.name));
    return !dropsOut(this.config) && layers.length > 1 && at.every((place, i) => place === i * defined(at[1]));
  }

  /**
   * Declares the tensors of adapted layers, of one or of several that run as one. Labels are the names of the adapter's file.
   * Null where several cannot lie one behind the other: another program has declared them by themselves, or may bind them so
   * (they are not `kind.whole`) and could not.
   */
  private layerTensors(rec: Recorder, layers: Layer[], weight: Tensor, bias: Tensor | null, names: readonly string[], kind: StackKind): LayerTensors | null {
    const own: Record<string, Tensor> = {};
    for (const [suffix, shape] of Object.entries(this.method.tensors(this.configOf(defined(layers[0])), defined(layers[0])))) {
      const stacked = rec.stack(layers.map((layer) => adapterLabel(layer.name, suffix)), shape, kind);
      if (!stacked) return null;
      own[suffix] = stacked;
    }
    this.remember(rec, { layers, own });
    const common = Object.fromEntries(Object.keys(this.common).map((name) => [name, this.commonTensor(rec, name)]));
    const shared: Record<string, Tensor> = {};
    for (const [name, { shape, stored }] of Object.entries(this.shared)) {
      const t = (shared[name] = rec.declare('bases', modelLabel(name), stored?.shape ?? shape, stored?.dtype, false, shape));
      if (stored?.header) rec.constants.set(t, stored.header);
    }
    const fixed = layers.length > 1 ? [] : Object.entries(this.fixedOf(defined(layers[0]))).filter(([, { host }]) => !host).map(([suffix, { shape }]) => [suffix, rec.view(rec.declare('bases', adapterLabel(defined(layers[0]).name, suffix), shape), [1, ...shape])]);
    return { weight, bias, own, common, shared, fixed: Object.fromEntries(fixed) as Record<string, Tensor>, stride: layers.length > 1 ? names.indexOf(defined(layers[1]).name) : 1 };
  }

  /** Declares a tensor that all layers have in common. */
  private commonTensor(rec: Recorder, name: string): Tensor {
    const { shape, head } = defined(this.common[name]);
    return rec.param(modelLabel(name), shape, head ? HEAD_GROUP : ADAPTER_GROUP);
  }

  /** Tokens of one image, and those that a method puts beside them. */
  get tokens(): number {
    return this.trace.tokens + (this.method.prompts?.count(this.config) ?? 0);
  }

  /** Layers that were declared together stay so: another program may bind some of them by themselves. */
  private remember(rec: Recorder, stack: Stacked): void {
    const known = this.declared.get(rec) ?? new Map<string, Stacked>();
    this.declared.set(rec, known);
    // Stryker disable next-line MethodExpression: all of them are known or none
    if (!stack.layers.some(({ name }) => known.has(name))) for (const { name } of stack.layers) known.set(name, stack);
  }

  /**
   * Start values of everything the method adds, by label: trainables, and bases unless a file brings them. `weight` reads a frozen
   * weight as f32. What is `given` is not made. What takes long gives way to other work between layers, and `progress` may throw.
   */
  async initialise(seed: number, weight: (name: string) => Promise<Float32Array>, { given = {}, progress }: { given?: Arrays; progress?: (done: number, layers: number) => void } = {}): Promise<Arrays> {
    const values: Arrays = {};
    const breathe = breather(BREATH);
    for (const [i, layer] of this.layers.entries()) {
      const labels = [...Object.keys(this.method.tensors(this.configOf(layer), layer)), ...Object.keys(this.fixedOf(layer))].map((suffix) => adapterLabel(layer.name, suffix));
      if (labels.length && labels.every((label) => given[label])) {
        for (const label of labels) values[label] = defined(given[label]);
        continue;
      }
      const random = generator(`${seed} ${this.config.method} ${layer.name}`);
      const start = await this.method.init(this.configOf(layer), layer, random, () => weight(`${layer.name}.weight`));
      for (const [suffix, data] of Object.entries(start)) values[adapterLabel(layer.name, suffix)] = data;
      if (await breathe()) progress?.(i + 1, this.layers.length);
    }
    for (const [name, { start }] of Object.entries(this.common)) {
      const label = modelLabel(name);
      values[label] = given[label] ?? (await start(generator(`${seed} ${this.config.method} ${name}`), this.model, weight));
    }
    for (const [name, { data }] of Object.entries(this.shared)) if (data) values[modelLabel(name)] = data();
    return values;
  }

  /** Start values of a new head, by name. */
  newHead(seed: number): Arrays {
    const values: Arrays = {};
    for (const name of this.trace.head) {
      const n = sizeOf(this.trace.weights.get(name)!);
      values[name] = name.endsWith('.bias') ? new Float32Array(n) : normal(n, HEAD_STD, generator(`${seed} head`));
    }
    return values;
  }

  /** Form of each adapted layer at this batch size. */
  forms(batch: number, sharing = 1): Record<string, Form> {
    return Object.fromEntries(this.layers.map((layer) => [layer.name, this.formOf(layer, batch, sharing)]));
  }

  /** The head learns unless `modules_to_save` leaves it out. */
  private trainsHead(): boolean {
    const saved = this.config.modules_to_save as string[] | null | undefined;
    const { head } = this.model;
    const other = saved?.find((name) => name !== head && !(this.model.language && CLASSIFIERS.includes(name)));
    if (other !== undefined) {
      const named = JSON.stringify(other);
      throw new ConfigError(head === null ? `modules_to_save names ${named}; only the head (this model has none) can be trained besides the adapter.` : `modules_to_save names ${named}; only the head (${head}) can be trained besides the adapter.`);
    }
    return saved === undefined || saved?.some((name) => name === head) === true;
  }
}

/**
 * Names that PEFT puts into modules_to_save of every text classifier, whichever of them it has. They are PEFT's own, which
 * asks no family for them: `classifier_module_names` of PeftModelForSequenceClassification and PeftModelForTokenClassification.
 */
export const CLASSIFIERS = ['classifier', 'score'];

/** The layers that a method is on under a config: of the model as the method has it. */
export function layersOf(method: Method, c: MethodConfig, model: Model): Layer[] {
  return method.onNoLayer ? [] : targetLayers(modelFor(method, c, model), c);
}

/** Layers of a model that these targets pick, of whatever adapter. */
export function targetLayers(model: Model, { target_modules = null, exclude_modules = null, layers_to_transform = null }: Record<string, unknown>): Layer[] {
  const trace = traceModel(model);
  const modules = trace.linears.map((l) => {
    // Stryker disable next-line StringLiteral: a head is left out, whatever it is
    const linear = l.adaptable || trace.head.has(`${l.name}.weight`);
    return { name: l.name, kind: linear ? 'linear' : 'a convolution' };
  });
  const head = model.head
    ? [model.head]
    : // Stryker disable next-line ArrayDeclaration: no module is called anything else
      [];
  const rules = {
    target_modules: (target_modules as string | string[] | null) ?? model.default_target_modules,
    byDefault: target_modules === null,
    exclude_modules: exclude_modules as string | string[] | null,
    layers_to_transform: layerNumbers(layers_to_transform),
    modules_to_save: head,
    head,
  };
  const names = new Set(targets(modules, rules));
  return trace.linears.filter((l) => names.has(l.name)).map(({ name, in: n, out, bias }) => ({ name, in: n, out, ...(bias === false && { bias }) }));
}

/** Separator of a layer's name and a suffix: empty if the suffix begins with an underscore. */
export const joint = (suffix: string): string => (suffix.startsWith('_') ? '' : '.');

/** Name of an adapter's tensor in its file. */
export const adapterLabel = (layer: string, suffix: string): string => `base_model.model.${layer}${joint(suffix)}${suffix}`;

/** The same for a tensor of all layers. */
export const modelLabel = (name: string): string => `base_model.${name}`;

/** True if inputs of the update are dropped in training. */
const dropsOut = (c: MethodConfig): boolean => Object.entries(c).some(([name, value]) => name.endsWith('_dropout') && Number(value) > 0);

/** Name of layers that run as one: what they have in common, and the ends of their names. */
function groupName(names: readonly string[]): string {
  const at = defined(names[0]).lastIndexOf('.') + 1;
  return defined(names[0]).slice(0, at) + names.map((name) => name.slice(at)).join(' + ');
}

/** "0,1,2", 3 or [0, 1] as a list of layer numbers. */
function layerNumbers(value: unknown): number[] | null {
  if (value === null || value === '') return null;
  const list: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  return list.map((v) => Number(v));
}
