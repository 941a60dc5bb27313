import { join } from 'node:path';
import { modelLabel } from '../../adapters/adapted';
import type { Arrays } from '../../adapters/method';
import { codecOf, isPeft } from '../../adapters/files/config';
import { goesOnAs } from '../../adapters/equivalent';
import type { Generation } from '../../adapters/files/generations';
import type { SavedFile } from '../../adapters/files';
import { writeAll } from '../files';
import type { Device } from '../../engine/device';
import { kindOf } from '../../export/cardText';
import { probePixels } from '../../export/probe';
import { memoryTree, type FileTree } from '../../io/fileTree';
import { writeSafetensors, type TensorData } from '../../io/safetensors';
import type { StreamedFile } from '../../io/zipWrite';
import { TEXT_HEAD } from '../../models/byText';
import type { Model } from '../../models/model';
import type { TextModel } from '../../models/text';
import { defined } from '../../numbers/defined';
import { openByText } from '../../tasks/byText';
import { lossOf } from '../../tasks/losses.meta';
import { completeTrain } from '../../train/config';
import { deployAdapter, deployFolder, textProbeOf, type DeployInput } from '../../train/deploy';
import { logitsOf } from '../../train/logits';
import { openModel, type LoadedModel } from '../../train/openModel';
import { openTrained } from '../../train/openTrained';
import { pythonBundle } from '../../train/pythonBundle';
import { hasOwnHead } from '../../train/runModel';
import type { RunSpec } from '../../train/protocol';
import { runSplits } from '../../train/split';
import { openTextData } from '../../train/textSet';
import { tinyData } from '../../testing/tiny';
import { trainRun } from '../../testing/trainRun';
import type { Case } from './cases';
import { checkpointFiles } from './models';

/** A case as it lies on disk, and what the engine says of it; the Python side reads this. */
export interface Written {
  name: string;
  alone: boolean;
  image_size: number;
  architecture: string;
  /** The class of transformers that opens the merged folder by itself. */
  automatic: string;
  renamed: Model['renamed'];
  /** Folders; null where there is nothing of the kind. `adapter` by generation of names. */
  base: string;
  adapter: Record<string, string> | null;
  /** The first PEFT that reads the adapter. */
  since: string;
  merged: string | null;
  bundle: string | null;
  /** Steps of the bundle equal the run's: it does not train on as another method, and nothing in a step is random. */
  repeats: boolean;
  /** Loss of each step, and accuracy on the test images at the end: the bundle starts where the run did, and repeats it. */
  losses: number[];
  accuracy: number;
  labels: string[];
  /** Images or texts, with the logits of the trained model. */
  probe: string;
  /** It classifies by features of texts. */
  text: boolean;
}

/** Trains cases and writes what leaves from them, into one folder. */
export class Writer {
  private readonly models = new Map<string, Promise<LoadedModel>>();

  constructor(
    private readonly device: Device,
    readonly folder: string,
    private readonly generations: (model: Model) => Generation[],
  ) {}

  /** The checkpoint of a case, written once. */
  model({ checkpoint, half }: Case): Promise<LoadedModel> {
    const key = `${checkpoint}${half ? ' F16' : ''}`;
    let model = this.models.get(key);
    if (!model) this.models.set(key, (model = this.open(key, checkpointFiles(checkpoint, half))));
    return model;
  }

  private async open(key: string, files: Record<string, Uint8Array>): Promise<LoadedModel> {
    const folder = join(this.folder, 'models', key.replace(/\W+/g, '-'));
    await writeAll(folder, Object.entries(files).map(([path, bytes]) => ({ path, bytes })));
    // The id is what adapter_config.json and the card name: a place that Python finds.
    return { ...(await openModel(memoryTree(key, files))), id: folder };
  }

  async write(c: Case, at: number): Promise<Written> {
    const { device } = this;
    const base = await this.model(c);
    const read = c.task && (await openTextData(base, textTables(c.classes), { task: c.task }));
    const data = read ? read.data : tinyData(24, 10, c.classes);
    const model = read ? { ...base, net: read.model } : base;
    const config = completeTrain(c.train);
    const splits = runSplits(data, config);
    const spec: RunSpec = { id: 'run', name: `case-${at}`, model: 'tiny', data: 'tiny', method: c.method, train: config, ...(c.task && { text: { task: c.task } }) };
    const run = await trainRun(device, { spec, model, data, feedOf: read?.feedOf(read.model) });
    const loaded = await openTrained(device, { spec, files: run.files, model, data });
    const { adapted } = loaded;
    const images = c.task ? undefined : probePixels(model.preprocess, adapted.model.image_size, await Promise.all(Array.from({ length: 4 }, async (_, i) => splits.test.image(i))));
    const accuracy = run.summary.final?.accuracy ?? 0;
    const input: DeployInput = { model, ...loaded, probe: images, facts: { data: 'Tiny', accuracy, images: splits.test.count } };
    const folder = join(this.folder, String(at));
    const put = (name: string, files: StreamedFile[]) => writeAll(join(folder, name), files.map(({ path, parts }) => ({ path, bytes: parts }))).then(() => join(folder, name));
    const streamed = (files: SavedFile[]): StreamedFile[] => files.map(({ path, bytes }) => ({ path, parts: [bytes] }));

    const codec = adapted.method.trains === 'adapter' || adapted.method.fields.saved ? codecOf(adapted.config) : null;
    const equivalent = codec !== null && goesOnAs(adapted) !== undefined;
    let adapter: Record<string, string> | null = null;
    if (equivalent || (codec && isPeft(adapted))) {
      adapter = {};
      for (const generation of this.generations(adapted.model)) adapter[generation] = await put(`adapter-${generation}`, streamed(await deployAdapter(device, input, generation, { equivalent })));
    }
    const merged = c.apart ? null : await put('merged', await deployFolder(device, input));
    const loss = lossOf(config.loss);
    const start = loss.python && !c.task ? await startValues(input, config.seed, hasOwnHead(model, data.classes)) : null;
    const { trains, fields } = adapted.method;
    const goesOn = trains !== 'part' && (!codec || equivalent || (codec.peft && fields.python !== false));
    const bundle = start && goesOn ? await put('bundle', await pythonBundle(device, { ...input, values: start }, { spec, data, onHub: false })) : null;

    const head = loaded.values[TEXT_HEAD];
    const probe = images ? await imageProbe(device, input, images, loss.pairs ? await texts(model, data.classes, spec) : {}) : await textProbe(device, input);
    await writeAll(folder, [{ path: 'probe.safetensors', bytes: writeSafetensors(probe) }]);
    return {
      name: c.name, alone: c.alone, image_size: adapted.model.image_size, renamed: adapted.model.renamed, architecture: adapted.model.architecture!,
      automatic: head ? 'AutoModel' : kindOf(adapted.model).className,
      base: base.id, adapter, since: (!equivalent && codec?.since) || '0', merged, bundle, repeats: !equivalent && !c.noise, losses: run.losses, accuracy, labels: adapted.model.labels, probe: join(folder, 'probe.safetensors'), text: head !== undefined,
    };
  }
}

/** Images with the logits of the trained model, and the matrix and the texts by which a CLIP tells its classes apart. */
async function imageProbe(device: Device, { adapted, model, values }: DeployInput, { pixel_values, shape }: NonNullable<DeployInput['probe']>, ofClasses: Record<string, TensorData>): Promise<Record<string, TensorData>> {
  const head = values[TEXT_HEAD];
  const classes = adapted.model.labels.length;
  return {
    pixel_values: { dtype: 'F32', shape, data: pixel_values },
    logits: { dtype: 'F32', shape: [shape[0], classes], data: await logitsOf(device, { adapted, source: model.source, values, pixels: pixel_values }) },
    ...(head && { [TEXT_HEAD]: { dtype: 'F32', shape: [classes, head.length / classes], data: head } }),
    ...ofClasses,
  };
}

/** Texts with those logits: of each text, or of each of its tokens where they are gone on with. */
async function textProbe(device: Device, input: DeployInput): Promise<Record<string, TensorData>> {
  const { texts: inputs, shape, logits, byTokens } = await textProbeOf(device, input.adapted.model as TextModel, input);
  const whole = byTokens ? shape : shape.slice(0, 1);
  return {
    ...Object.fromEntries(Object.entries(inputs).map(([name, data]) => [name, { dtype: 'I32' as const, shape, data: Int32Array.from(data) }])),
    logits: { dtype: 'F32', shape: [...whole, logits.length / whole.reduce((a, b) => a * b)], data: logits },
  };
}

/** Texts of so many classes, whose names are those of `tinyData`, in words that the tokenizer has. */
function textTables(classes: number): FileTree {
  const [things, kinds] = [['tea', 'film', 'day', 'song', 'room'], ['lovely', 'awful', 'great', 'dull']];
  const table = (count: number) => ['text,label', ...Array.from({ length: count }, (_, i) => `the ${things[i % things.length]} was ${kinds[i % classes]}${i % 3 ? ' and long' : ''},class ${i % classes}`)].join('\n');
  return memoryTree('tiny', { 'train.csv': new TextEncoder().encode(table(24)), 'test.csv': new TextEncoder().encode(table(10)) });
}

/** The values that the run began with, so that Python can repeat it: its random bases, its head, and the method's own start. */
async function startValues({ model, adapted, values }: DeployInput, seed: number, ownHead: boolean): Promise<Arrays> {
  const kept = [...Object.keys(adapted.shared).map((name) => modelLabel(name)), TEXT_HEAD].filter((name) => values[name]);
  return {
    ...Object.fromEntries(kept.map((name) => [name, defined(values[name])])),
    ...(await adapted.initialise(seed, (name) => model.source.readF32Checked(name))),
    ...(ownHead ? await headOf({ model, adapted }) : adapted.newHead(seed)),
  };
}

/** The checkpoint's own head. */
async function headOf({ model, adapted }: Pick<DeployInput, 'model' | 'adapted'>): Promise<Arrays> {
  const head: Arrays = {};
  for (const name of adapted.trainedHead) head[name] = await model.source.readF32Checked(name);
  return head;
}

/** Ids of the classes' texts, for the text tower. */
async function texts(model: LoadedModel, classes: string[], spec: RunSpec): Promise<Record<string, TensorData>> {
  const { prompts } = await openByText(model, classes, spec.train.templates);
  return { input_ids: { dtype: 'I32', shape: [classes.length, prompts.tokens], data: Int32Array.from(prompts.ids) } };
}
