import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Adapted } from '../adapters/adapted';
import { CONFIG_FILE, EXTRAS_FILE, isPeft, onConv1d } from '../adapters/files/config';
import { writeConfig, writeExtras } from '../adapters/files/writeConfig';
import { modelFiles, saveAdapter, type SavedFile } from '../adapters/files';
import { methodOf } from '../adapters';
import { Batches } from '../data/batches';
import { withSize } from '../data/preprocess';
import { preprocessJson } from '../data/preprocessWrite';
import { DataError, type Dataset, type Split } from '../data/source';
import { FullrankError } from '../errors/errors';
import run from '../export/python/train.py?raw';
import { requirements } from '../export/python/requirements';
import { scripts, studyReadme } from '../export/python/studyText';
import { parseHubId } from '../io/hub/ids';
import { writeSafetensors } from '../io/safetensors';
import type { StreamedFile } from '../io/zipWrite';
import { modelTitle } from '../models/builtin';
import { TEXT_HEAD } from '../models/byText';
import { isTextModel, textModel, type TextModel } from '../models/text';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { formOf, openTask } from '../tasks';
import { classWeightsOf } from '../tasks/classWeights.meta';
import { lossOf } from '../tasks/losses.meta';
import { choosesBest, evaluationsEvery, learningRates, totalSteps, trainDefaults } from '../train/config';
import { mostMeasured } from '../train/feeds';
import type { Feed } from '../train/images';
import type { LoadedModel } from '../train/openModel';
import { planRun } from '../train/plan';
import { beyondPython, isFile, maxPixels } from '../train/pythonBundle';
import type { TrainConfig } from '../train/protocol';
import { hasOwnHead } from '../train/runModel';
import { runSplits, type RunSplits } from '../train/split';
import type { Experiment } from './study';
import { Texts } from './studyTexts';
import { sharedBases } from '../train/weights';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const json = (path: string, value: unknown): SavedFile => ({ path, bytes: text(`${JSON.stringify(value, null, 1)}\n`) });

export interface StudyBundle {
  files: StreamedFile[];
  /** Names of the experiments that run.py runs, in order. */
  python: string[];
  /** Those that it cannot run, and why. */
  left: { name: string; why: string }[];
}

/** A model in the form that reads a set, the same as it lies there, and, of texts, their feed. */
export interface BundledSet {
  loaded: LoadedModel;
  model: LoadedModel;
  data: Dataset;
  feedOf?: (model: TextModel) => (split: Split) => Feed;
}

/** A set, and what run.py finds its examples in. */
interface Examples {
  set: BundledSet;
  feedOf?: (split: Split) => Feed;
  images: Images;
  texts: Texts | null;
}

/**
 * A study as a folder that runs elsewhere with PyTorch, transformers and PEFT, and needs nothing of ours: run.py, the images or their
 * names and hashes, or the texts as tokens, and each experiment with the weights that it starts from here, so that its curve is the same
 * up to rounding. What run.py cannot compute as it is computed here is left out by name. Nothing is computed: no device is needed.
 */
export async function studyBundle(set: BundledSet, experiments: readonly Experiment[], { onHub, study }: { onHub: boolean; study: object }): Promise<StudyBundle> {
  const { loaded, model, data } = set;
  const form = isTextModel(model.net) ? textModel(model.net.with({ labels: data.classes })) : null;
  const feedOf = form ? set.feedOf?.(form) : undefined;
  const images = new Images();
  const texts = form && feedOf ? new Texts(form, feedOf, form.language.pad_token_id ?? (await model.texts?.())?.pad ?? 0) : null;
  const examples: Examples = { set, feedOf, images, texts };
  const [python, left, files] = [[] as string[], [] as StudyBundle['left'], [] as SavedFile[]];
  for (const experiment of experiments) {
    try {
      const made = await experimentFiles(examples, experiment, onHub);
      files.push(...made.map(({ path, bytes }) => ({ path: `experiments/${experiment.name}/${path}`, bytes })));
      python.push(experiment.name);
    } catch (error) {
      if (!(error instanceof FullrankError)) throw error;
      left.push({ name: experiment.name, why: error.message });
    }
  }
  const facts = { study: data.title, experiments: python.length, packed: texts !== null || images.packed, texts: texts !== null, base: onHub ? defined(experiments[0]).spec.model : null };
  const whole = [
    json('study.json', { ...study, python }),
    { path: 'run.py', bytes: text(run) },
    { path: 'requirements.txt', bytes: text(requirements(model.net)) },
    { path: 'README.md', bytes: text(studyReadme(facts)) },
    ...Object.entries(scripts(facts, experiments.length)).map(([path, of]) => ({ path, bytes: text(of) })),
    ...(texts ?? images).files(),
    ...files,
    ...(onHub ? [] : [...(await modelFiles(loaded.net, loaded.source, new Map(), loaded.config)), ...((form && (await loaded.companions?.())) || [])].map(({ path, bytes }) => ({ path: `base/${path}`, bytes }))),
  ];
  return { files: whole.map(({ path, bytes }) => ({ path, parts: [bytes] })), python, left };
}

/** Files that an experiment needs besides those that all have. Throws ConfigError, DataError or ModelError for what run.py does not compute. */
async function experimentFiles({ set: { model, data }, feedOf, images, texts }: Examples, { name, hash, spec }: Experiment, onHub: boolean): Promise<SavedFile[]> {
  const { train: config, method } = spec;
  if (!lossOf(config.loss).python) throw new DataError(`run.py does not know the loss ${config.loss}.`);
  const without = beyondPython.filter((field) => config[field] !== trainDefaults[field]);
  if (without.length) throw new DataError(`run.py does not know ${without.join(', ')}.`);
  const splits = runSplits(data, config);
  const ownHead = hasOwnHead(model, data.classes);
  const task = await openTask({ model, classes: data.classes, method, train: config, ownHead, hasHead: ownHead });
  if (task.model.classTexts || traceModel(task.model).weights.has(TEXT_HEAD)) throw new DataError('its classes are told apart by texts, whose features have to be computed first; export the run itself as a Python project.');
  const adapted = new Adapted(config.image_size ? task.model.with({ image_size: config.image_size }) : task.model, method);
  const { trains, fields } = adapted.method;
  if (trains === 'part') throw new DataError(`run.py does not know ${fields.title}.`);
  if (trains === 'adapter' && onConv1d(adapted)) throw new DataError(`PEFT does not put ${fields.title} on layers of this kind (Conv1D).`);
  if (trains === 'adapter' && (!isPeft(adapted) || fields.python === false)) throw new DataError(`PEFT does not train ${fields.title} as it is set here.`);
  const newHead = hasOwnHead(model, task.model.labels) ? {} : adapted.newHead(config.seed);
  const values = { ...(await adapted.initialise(config.seed, (weight) => model.source.readF32Checked(weight))), ...newHead };
  const start = trains === 'adapter' ? await saveAdapter(adapted, { ...values, ...sharedBases(adapted) }, { base: model, generation: 4 }) : [headFile(adapted, newHead), { path: EXTRAS_FILE, bytes: text(writeExtras(adapted)) }];
  const { steps } = totalSteps(config, splits.train.count);
  const { lr, headLr } = learningRates(method, config);
  const { id, revision } = onHub ? parseHubId(spec.model) : { id: '', revision: '' };
  const { architecture, image_size, head } = adapted.model;
  const weights = classWeightsOf(config.class_weights, splits.train.labels, data.classes.length);
  return [
    ...start.filter(({ bytes }) => bytes.length > 0),
    ...settingsFiles(model, data.classes, { hash, spec }).filter(({ path }) => !start.some((file) => file.path === path)),
    json('experiment.json', {
      name, hash, knows: task.knows, kind: trains, base: onHub ? { id, revision } : { path: 'base' }, architecture, head: adapted.trainedHead.size ? head : null, image_size,
      method, train: config, lr, head_lr: headLr, test_accuracy: null, eval_every: evaluationsEvery(config, steps), class_weights: weights && [...weights], classes: data.classes,
      chooses: choosesBest(splits.follow.count, data.classes.length, config.early_stopping_patience > 0),
      run: { spec, model_title: modelTitle(spec.model), data_title: data.title, classes: data.classes, plan: planRun(adapted, config, steps, undefined, mostMeasured([splits.follow, splits.test], feedOf)).plan },
      ...(texts && { text: texts.facts }),
    }),
    ...(texts ? [] : [json('preprocess/preprocessor_config.json', preprocessJson(withSize(model.preprocess, image_size)))]),
    splitFile(texts ? await texts.split(splits, config, spec.name) : await imageSplit(splits, config, images, spec.name)),
  ];
}

/** All settings of an experiment, so that its folder alone says what it is: `training_params.json`, and `adapter_config.json` where the method has one. */
export function settingsFiles(model: Pick<LoadedModel, 'net'>, classes: readonly string[], { hash, spec: { model: model_id, data: dataset, method, train } }: Pick<Experiment, 'hash' | 'spec'>): SavedFile[] {
  const params = json('training_params.json', { model_id, dataset, hash, method, train });
  if (!methodOf(method.method).codecs) return [params];
  const adapted = new Adapted(formOf(model.net, train.loss).with({ labels: [...classes] }), method);
  return [params, { path: CONFIG_FILE, bytes: text(writeConfig(adapted, model_id)) }];
}

function headFile(adapted: Adapted, head: Record<string, Float32Array>): SavedFile {
  const tensors = Object.entries(head).map(([name, data]) => [name, { dtype: 'F32' as const, shape: adapted.trace.weights.get(name)!, data }] as const);
  return { path: 'head_start.safetensors', bytes: tensors.length ? writeSafetensors(Object.fromEntries(tensors)) : new Uint8Array() };
}

/** The examples of an experiment by their places in the list of all, and the order in which they are trained on, a batch a line. */
const splitFile = ({ places, batches }: { places: object; batches: number[][] }): SavedFile => ({ path: 'split.json', bytes: text(`${JSON.stringify(places).slice(0, -1)},\n"batches": [\n${batches.map((batch) => JSON.stringify(batch)).join(',\n')}\n]}\n`) });

/** Images and their order. */
async function imageSplit({ train, follow, followIs, test }: RunSplits, config: TrainConfig, images: Images, run: string): Promise<{ places: object; batches: number[][] }> {
  const places = { train: await images.places(train, run), val: followIs === 'val' ? await images.places(follow, run) : null, test: await images.places(test, run) };
  const order = new Batches({ count: train.count, batch: config.batch, seed: config.seed, last: 'wrap' });
  const count = totalSteps(config, train.count).steps * config.accumulate;
  return { places, batches: Array.from({ length: count }, (_, at) => [...order.at(at).indices]) };
}

/** The images of all experiments, each once. */
class Images {
  private readonly known = new Map<string, number>();
  private readonly listed = { name: [] as string[], label: [] as number[], sha256: [] as string[] };
  private readonly pixels: Uint8Array[] = [];
  private readonly sizes: number[] = [];
  private bytes = 0;
  packed = false;

  /** Places of a split's images in the list. */
  async places(split: Split, run: string): Promise<number[]> {
    const places: number[] = [];
    for (let i = 0; i < split.count; i++) places.push(await this.placeOf(split, i, run));
    return places;
  }

  private async placeOf(split: Split, i: number, run: string): Promise<number> {
    const name = split.name?.(i);
    const byName = name === undefined ? undefined : this.known.get(name);
    if (byName !== undefined) return byName;
    const { data, height, width } = await split.image(i);
    const hash = bytesToHex(sha256(data));
    const key = name ?? `${hash} ${split.labels[i]}`;
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const place = this.listed.name.length;
    this.known.set(key, place);
    this.listed.name.push(name ?? hash);
    this.listed.label.push(defined(split.labels[i]));
    this.listed.sha256.push(hash);
    if (isFile(name)) return place;
    this.packed = true;
    this.bytes += data.byteLength;
    if (this.bytes > maxPixels) throw new DataError(`The images of ${run} are no files by name, and packed they would have more than ${maxPixels / 2 ** 20} MiB; train on fewer of them, or on a folder of image files.`);
    this.pixels.push(data);
    this.sizes.push(height, width);
    return place;
  }

  /** images.json, and the pixels where they are no files. */
  files(): SavedFile[] {
    const flat = new Uint8Array(this.bytes);
    this.pixels.reduce((at, one) => (flat.set(one, at), at + one.byteLength), 0);
    const packed = { path: 'images.safetensors', bytes: this.packed ? writeSafetensors({ 'images.pixels': { dtype: 'U8', shape: [flat.length], data: flat }, 'images.sizes': { dtype: 'I32', shape: [this.sizes.length / 2, 2], data: Int32Array.from(this.sizes) } }) : new Uint8Array() };
    return [{ path: 'images.json', bytes: text(`${JSON.stringify(this.listed)}\n`) }, ...(this.packed ? [packed] : [])];
  }
}
