import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { completeConfig } from '../adapters/fields';
import { exactHash } from '../data/fingerprint';
import type { Dataset } from '../data/source';
import { nameOf } from '../data/split';
import { comparison, comparisonText } from './peftJson';
import { FormatError } from '../io/formatError';
import { checkRun, runValue } from './runFile';
import { keptTrain } from '../train/config';
import type { LoadedModel } from '../train/openModel';
import type { RunRecord, RunSpec, TrainConfig } from '../train/protocol';
import { runPrint } from '../train/runPrint';

/**
 * A study is a folder laid out as PEFT's method_comparison: `study.json`, `experiments/METHOD/NAME/` with a config and training
 * settings, `results/METHOD--NAME.json`, and `adapters/METHOD/NAME/` with what was trained.
 */
export interface Experiment {
  /** `METHOD/NAME`. */
  name: string;
  /** Of everything that changes its curve: an experiment and a run with the same one are the same. Model and data are in it by what they hold, where that is known. */
  hash: string;
  /** The same with what model and data are called, as runs have it that know no more of them. */
  named: string;
  spec: RunSpec;
}

const hashed = (text: string): string => bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 16);

/** Hash of what a run computes: model, data, method, training settings and edits of the data, but not how often it is looked at. */
export function hashOf(spec: Pick<RunSpec, 'model' | 'data' | 'method' | 'train' | 'text' | 'edits'>): string {
  const { fingerprint, edits } = runPrint({ ...spec, id: '', name: '', method: completeConfig(spec.method), train: keptTrain(spec.train) });
  return hashed(fingerprint + (edits && ` edits ${edits}`));
}

/** Hashes of what a model and a data set hold, wherever they lie. */
export interface Content {
  model: string;
  data: string;
}

/** An experiment of this method and these settings; `name` tells it from the method's others. Throws ConfigError. */
export function experimentOf({ model, data, method, train, text, name, content }: Pick<RunSpec, 'model' | 'data' | 'method' | 'text' | 'name'> & { train: Partial<TrainConfig>; content?: Content }): Experiment {
  const whole = { model, data, method: completeConfig(method), train: keptTrain(train), ...(text && { text }) };
  return { name: `${method.method}/${name}`, hash: hashOf({ ...whole, ...content }), named: hashOf(whole), spec: { ...whole, id: `${method.method}/${name}`, name } };
}

/** True for the hash of a run of this experiment, also one that knows what model and data are called and no more. */
export const isHashOf = (hash: unknown, { hash: own, named }: Experiment): boolean => hash === own || hash === named;

/** Path of an experiment's result in its study. */
export const resultPath = (name: string): string => `results/${name.replaceAll('/', '--')}.json`;

/** Result of a run in PEFT's shape, and the run itself beside it, which PEFT's reader leaves aside. Model and data go by the study's names, wherever they lay. */
export function resultText({ name, hash, spec }: Experiment, run: RunRecord): string {
  const named = { ...run, spec: { ...run.spec, name: spec.name, model: spec.model, data: spec.data } };
  const compared = comparison(named, spec.name) as { run_info: object };
  return comparisonText({ ...compared, run_info: { ...compared.run_info, experiment_name: name }, fullrank: { version: 1, hash, run: runValue(named) } });
}

/** A result that was read. */
export interface Result {
  name: string;
  hash: string;
  run: RunRecord;
  success: boolean;
}

/** Reads a file of results. Throws FormatError where it is none, or holds no run of ours. */
export function readResult(text: string, path: string): Result {
  let json: { run_info?: { experiment_name?: unknown }; train_info?: { status?: unknown }; fullrank?: { version?: unknown; hash?: unknown; run?: unknown } } | null;
  try {
    json = JSON.parse(text) as typeof json;
  } catch {
    throw new FormatError(`${path} is not JSON.`);
  }
  const ours = json?.fullrank;
  if (typeof json?.run_info?.experiment_name !== 'string' || typeof ours?.hash !== 'string') throw new FormatError(`${path} is no result of a study of Fullrank's.`);
  if (ours.version !== 1) throw new FormatError(`A newer version of Fullrank wrote ${path}.`);
  return { name: json.run_info.experiment_name, hash: ours.hash, run: checkRun(ours.run, path), success: json.train_info?.status === 'success' };
}

/** Images of each split whose pixels are looked at for `dataHash`. */
const LOOKED = 64;

/** Hash of a data set: its classes, names and labels, and the pixels of some images evenly spread; of texts all of them. */
export async function dataHash(data: Dataset): Promise<string> {
  const parts: string[] = [JSON.stringify(data.classes)];
  for (const part of ['train', 'val', 'test'] as const) {
    const split = data[part];
    if (!split) continue;
    if (split.text) {
      parts.push(JSON.stringify([part, split.count]));
      for (let i = 0; i < split.count; i++) parts.push(JSON.stringify([split.labels[i], split.text(i)]));
      continue;
    }
    parts.push(JSON.stringify([part, split.count, Array.from({ length: split.count }, (_, i) => [nameOf(split, i), split.labels[i]])]));
    const step = Math.max(1, Math.ceil(split.count / LOOKED));
    for (let i = 0; i < split.count; i += step) parts.push(exactHash(await split.image(i)));
  }
  return hashed(parts.join('\n'));
}

/** Bytes at the beginning, in the middle and at the end of each tensor that are looked at for `modelHash`. */
const LOOKED_BYTES = 4096;

/** Settings of config.json that say where a model comes from. */
const ORIGIN = new Set(['_name_or_path', 'name_or_path', '_commit_hash', 'transformers_version']);

/** Files beside a model of texts that change nothing about its training. */
const ASIDE = new Set(['generation_config.json']);

/** Hash of a model: its settings, what its images go through or how its texts become tokens, and of each tensor the name, the shape and some of its values. */
export async function modelHash({ config, preprocess, source, net, companions }: LoadedModel): Promise<string> {
  const settings = (of: Record<string, unknown>) => JSON.stringify(sorted(Object.fromEntries(Object.entries(of).filter(([name]) => !ORIGIN.has(name)))));
  const parts = [settings(config), JSON.stringify(sorted(preprocess))];
  const beside = net.language ? ((await companions?.()) ?? []) : [];
  for (const { path, bytes } of beside.filter(({ path }) => !ASIDE.has(path)).sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const given = path.endsWith('_config.json') ? (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>) : null;
    parts.push(JSON.stringify([path, given ? settings(given) : bytesToHex(sha256(bytes))]));
  }
  for (const name of source.names().sort()) {
    const { dtype, shape, bytes } = source.info(name);
    parts.push(JSON.stringify([name, dtype, shape]));
    for (const at of new Set([0, Math.floor((bytes - LOOKED_BYTES) / 8) * 4, bytes - LOOKED_BYTES].map((from) => Math.max(0, from)))) parts.push(bytesToHex(sha256(await source.readRange(name, at, Math.min(bytes, at + LOOKED_BYTES)))));
  }
  return hashed(parts.join('\n'));
}

/** Entries of objects in the order of their names. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sorted) : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, sorted(of)])) : value;
