import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { codecOf, EXTRAS_FILE, isPeft } from '../adapters/files/config';
import { writeExtras } from '../adapters/files/writeConfig';
import { goesOnAs } from '../adapters/equivalent';
import { methodFields } from '../adapters/fields';
import { modelFiles, type SavedFile } from '../adapters/files';
import { Batches } from '../data/batches';
import { withSize } from '../data/preprocess';
import { preprocessJson } from '../data/preprocessWrite';
import { DataError, type Dataset, type Split } from '../data/source';
import type { Device } from '../engine/device';
import { readme } from '../export/python/readme';
import { requirements } from '../export/python/requirements';
import predict from '../export/python/predict.py?raw';
import train from '../export/python/train.py?raw';
import { parseHubId } from '../io/hub/ids';
import { writeSafetensors, type TensorData } from '../io/safetensors';
import type { StreamedFile } from '../io/zipWrite';
import { TEXT_HEAD } from '../models/byText';
import { ModelError } from '../models/model';
import { defined } from '../numbers/defined';
import { lossOf } from '../tasks/losses.meta';
import { classWeightsOf } from '../tasks/classWeights.meta';
import { evaluationsEvery, keptTrain, learningRates, totalSteps, trainDefaults } from './config';
import { deployAdapter, deployFolder, type DeployInput } from './deploy';
import type { RunSpec, TrainConfig } from './protocol';
import { runSplits } from './split';

/** Pixels that go along where images are no files that a person could point at. */
export const maxPixels = 256 * 1024 * 1024;
/** Positions in the order of images that are written; a longer run begins it again. */
const maxOrder = 2_000_000;
/** Settings that train.py does not know. */
export const beyondPython = ['mixup_alpha', 'cutmix_alpha', 'layer_decay', 'ema_decay'] as const;
export const isFile = (name: string | undefined): boolean => /\.(jpe?g|png|webp|gif|bmp|avif)$/i.test(name ?? '');
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const json = (path: string, value: unknown): SavedFile => ({ path, bytes: text(`${JSON.stringify(value, null, 1)}\n`) });

/** The run that goes on, and what it was trained on. */
export interface BundleSource {
  spec: RunSpec;
  /** Null when it is not open any more. */
  data: Dataset | null;
  /** The base model lies on a hub, under the spec's id. */
  onHub: boolean;
  signal?: AbortSignal;
}

/**
 * A run as a folder that goes on in Python: train.py (transformers, PEFT, torch), predict.py, their requirements, the settings,
 * the split by names with a hash of each image's pixels, the order of images, preprocessing, and the trained weights. The
 * base model is named where it lies on a hub, and goes along where not, as do images that are no files. A method that PEFT
 * does not have goes on as the one that computes the same. What train.py saves comes back with its classes' names. Throws ModelError for what transformers and PEFT do not have, and DataError for images that are too many.
 */
export async function pythonBundle(device: Device, input: DeployInput, { spec, data, onHub, signal }: BundleSource): Promise<StreamedFile[]> {
  const { model, adapted, values, facts } = input;
  const config = keptTrain(spec.train);
  if (!lossOf(config.loss).python) throw new ModelError(`train.py does not know the loss ${config.loss}; export a PEFT adapter instead.`);
  if (!data) throw new DataError(`The data of ${spec.name} is not open, and its split goes along; choose the data again.`);
  const { trains, fields } = adapted.method;
  if (trains === 'part') throw new ModelError(`train.py does not know ${fields.title}; export the model with its trained weights instead.`);
  const other = trains === 'adapter' ? goesOnAs(adapted) : undefined;
  if (trains === 'adapter' && !other && !isPeft(adapted)) throw new ModelError(`PEFT does not have ${fields.title} as it is set here, and could not train it on.`);
  if (trains === 'adapter' && !other && fields.python === false) throw new ModelError(`In Python ${fields.title} would make other steps than here; export it as a PEFT adapter, or merged.`);

  const { id, revision } = onHub ? parseHubId(spec.model) : { id: '', revision: '' };
  const base = onHub ? { id, revision } : { path: 'base' };
  const splits = runSplits(data, config);
  const parts = { train: splits.train, val: splits.followIs === 'val' ? splits.follow : null, test: splits.test };
  const { files: splitFiles, packed } = await writeSplits(parts, data.classes, config, spec.name, signal);
  const { lr, headLr } = learningRates(spec.method, config);
  const weights = classWeightsOf(config.class_weights, splits.train.labels, data.classes.length);
  const streamed = (files: SavedFile[]) => files.map(({ path, bytes }) => ({ path, parts: [bytes] }));
  const trained = trains === 'adapter' ? streamed(await deployAdapter(device, input, 4, { equivalent: other !== undefined })) : [...(await deployFolder(device, input)), { path: EXTRAS_FILE, parts: [text(writeExtras(adapted))] }];
  const head = values[TEXT_HEAD];
  const { labels, image_size, architecture } = adapted.model;
  return [
    ...streamed([
      { path: 'train.py', bytes: text(train) },
      { path: 'predict.py', bytes: text(predict) },
      { path: 'requirements.txt', bytes: text(requirements(adapted.model, trains === 'adapter' ? codecOf(adapted.config).since : undefined)) },
      { path: 'README.md', bytes: text(readme({ name: spec.name, data: facts?.data ?? spec.data, base: onHub ? spec.model : null, packed, trains, ...(other && { goesOn: { from: fields.title, as: defined(methodFields[other]).title } }), augmented: config.crop || config.flip, without: beyondPython.filter((name) => config[name] !== trainDefaults[name]), held: parts.val !== null, stops: config.early_stopping_patience > 0, text: head !== undefined })) },
      json('experiment.json', {
        name: spec.name, kind: trains, base, architecture, head: adapted.trainedHead.size ? adapted.model.head : null, image_size,
        method: spec.method, train: config, lr, head_lr: headLr, test_accuracy: facts?.accuracy ?? null,
        eval_every: evaluationsEvery(config, totalSteps(config, splits.train.count).steps),
        class_weights: weights && [...weights],
      }),
      json('preprocess/preprocessor_config.json', preprocessJson(withSize(model.preprocess, image_size))),
      ...splitFiles,
      ...(head ? [{ path: 'head.safetensors', bytes: writeSafetensors({ [TEXT_HEAD]: { dtype: 'F32', shape: [labels.length, head.length / labels.length], data: head } }) }] : []),
    ]),
    ...trained.map(({ path, parts: of }) => ({ path: `${trains === 'adapter' ? 'adapter' : 'model'}/${path}`, parts: of })),
    ...(onHub ? [] : streamed((await modelFiles(model.net, model.source, new Map(), model.config)).map(({ path, bytes }) => ({ path: `base/${path}`, bytes })))),
  ];
}

async function writeSplits(parts: Record<string, Split | null>, classes: string[], config: TrainConfig, run: string, signal?: AbortSignal): Promise<{ files: SavedFile[]; packed: boolean }> {
  const named = Object.entries(parts).filter((entry): entry is [string, Split] => entry[1] !== null);
  const packed = named.some(([, split]) => !isFile(split.name?.(0)));
  const tensors: Record<string, TensorData> = {};
  const listed: Record<string, unknown> = { val: null };
  let total = 0;
  for (const [part, split] of named) {
    const hashes: string[] = [];
    const sizes = new Int32Array(2 * split.count);
    const pixels: Uint8Array[] = [];
    for (let i = 0; i < split.count; i++) {
      if (i % 64 === 0) {
        signal?.throwIfAborted();
        // Others want the thread, too.
        await new Promise((go) => setTimeout(go));
      }
      const image = await split.image(i);
      hashes.push(bytesToHex(sha256(image.data)));
      if (!packed) continue;
      total += image.data.byteLength;
      if (total > maxPixels) throw new DataError(`The images of ${run} are no files by name, and packed they would have more than ${maxPixels / 2 ** 20} MiB; train on fewer of them, or on a folder of image files.`);
      sizes.set([image.height, image.width], 2 * i);
      pixels.push(image.data);
    }
    listed[part] = { name: hashes.map((_, i) => split.name?.(i) ?? String(i)), label: Array.from(split.labels.subarray(0, split.count)), sha256: hashes };
    if (!packed) continue;
    const flat = new Uint8Array(pixels.reduce((sum, one) => sum + one.byteLength, 0));
    pixels.reduce((at, one) => (flat.set(one, at), at + one.byteLength), 0);
    tensors[`${part}.pixels`] = { dtype: 'U8', shape: [flat.length], data: flat };
    tensors[`${part}.sizes`] = { dtype: 'I32', shape: [split.count, 2], data: sizes };
  }
  const count = parts.train!.count;
  const order = new Batches({ count, batch: config.batch, seed: config.seed, last: 'wrap' });
  const wanted = totalSteps(config, count).steps * config.accumulate;
  const batches = Array.from({ length: Math.min(wanted, Math.max(config.accumulate, Math.floor(maxOrder / config.batch))) }, (_, at) => [...order.at(at).indices]);
  // One batch a line: a person may look at it.
  const head = JSON.stringify({ classes, ...listed });
  const file = { path: 'split.json', bytes: text(`${head.slice(0, -1)},\n"batches": [\n${batches.map((batch) => JSON.stringify(batch)).join(',\n')}\n]}\n`) };
  return { files: packed ? [file, { path: 'images.safetensors', bytes: writeSafetensors(tensors) }] : [file], packed };
}
