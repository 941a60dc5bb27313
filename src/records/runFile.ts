import { cut } from '../errors/text';
import * as z from 'zod/mini';
import type { RunRecord } from '../train/protocol';
import { parseJson } from '../io/checkpoint';
import { FormatError } from '../io/formatError';
import { defined } from '../numbers/defined';
import { runsFormat } from './runs.meta';
import { runRates } from './rates.meta';

/**
 * Runs as one JSON file, whole but for their weights and images: settings, curves, evaluations, memory, device, verdicts.
 * The page and the command line write it, and anybody's can be read beside one's own. A number that is none (an accuracy
 * without images, a loss that ran away) is null, as JSON has no word for it, and is read as NaN.
 */
export const runsVersion = 1;

/** Bounds of a file from outside. */
export const maxRunsBytes = 128 * 1024 * 1024;
const maxRuns = 2000;
const maxPoints = 1_000_000;
const maxEvaluations = 10_000;
const maxClasses = 10_000;
const maxNames = 100_000;

const text = (most = 2000) => z.string().check(z.maxLength(most));
const number = z.pipe(z.nullable(z.number()), z.transform((value) => value ?? NaN));
const numbers = (most: number) => z.array(number).check(z.maxLength(most));
const entries = (most: number) => z.refine<object>((of) => Object.keys(of).length <= most, `has more than ${most} entries`);
const record = <T extends z.ZodMiniType>(value: T, most = 1000) => z.record(text(300), value).check(entries(most));
const setting = z.union([text(20_000), z.number(), z.boolean(), z.null(), z.array(text()).check(z.maxLength(maxClasses)), z.record(text(300), z.union([z.number(), text()]))]);
/** A word that can be a key of a table without meaning something else there. */
const word = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,60}$/), z.refine((name) => !(name in {}), 'is no name of a method'));
/** Names become names of files. */
const name = text(200).check(z.minLength(1), z.regex(/^[^/\\\p{Cc}]+$/u, 'has a slash or a control character'), z.refine((s) => !/^\.+$/.test(s), 'consists of dots'));

const byRole = record(number, 100);
const evaluation = z.object({
  step: z.number(),
  split: z.enum(['train', 'val', 'test']),
  loss: number,
  accuracy: number,
  count: z.number().check(z.gte(0)),
  per_class: numbers(maxClasses),
  confusion: z.array(numbers(maxClasses)).check(z.maxLength(maxClasses)),
  scores: z.optional(z.record(z.string().check(z.regex(/^[a-z][a-z0-9_]{0,60}$/)), number).check(entries(50))),
  answers: z.optional(z.object({ of: z.string().check(z.regex(/^[0-9a-f]{16}$/)), right: text(maxPoints).check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/)) })),
});
const plan = z.object({
  micro_batches: z.optional(z.object({ count: z.number(), size: z.number() })),
  adapter_parameters: z.number(),
  head_parameters: z.number(),
  trainable_parameters: z.number(),
  bytes: byRole,
  total_bytes: z.number(),
  dispatches: z.number(),
  file_bytes: z.optional(z.number()),
  work: z.optional(z.number()),
  steps: z.number(),
  forms: record(z.enum(['streamed', 'merged']), 10_000),
});
const device = z.object({
  ok: z.boolean(),
  problem: z.enum(['', 'no-webgpu', 'insecure-context', 'no-adapter', 'limits', 'lost']),
  message: text(),
  vendor: text(),
  architecture: text(),
  description: text(),
  software: z.boolean(),
  features: z.array(text(200)).check(z.maxLength(200)),
  matrices: z._default(z.array(z.enum(['f32', 'f16'])).check(z.maxLength(2)), []), // runs of before have none
  limits: record(z.number(), 200),
});
const edits = z.object({
  version: z.literal(1),
  disabled_classes: z.array(text()).check(z.maxLength(maxClasses)),
  disabled: z.array(text()).check(z.maxLength(maxNames)),
  relabelled: z.array(z.tuple([text(), text()])).check(z.maxLength(maxNames)),
  split: z.nullable(z.object({ seed: z.number(), train: z.number(), val: z.number(), test: z.number() })),
});
const run = z.object({
  spec: z.object({
    id: text(200),
    name,
    model: text(),
    data: text(),
    method: z.catchall(z.object({ method: word }), setting).check(entries(100)),
    train: record(setting, 100),
    text: z.optional(z.object({ task: z.optional(text(100)), max_length: z.optional(z.number()), columns: z.optional(z.object({ text: z.optional(text()), pair: z.optional(text()), label: z.optional(text()) })), prompt: z.optional(text(20_000)), answer: z.optional(text(20_000)), choices: z.optional(text()), chat: z.optional(z.boolean()) })),
    edits: z.optional(edits),
    rate: z.optional(z.enum(['find', 'found'])),
    init_from: z.optional(text(200)),
    experiment: z.optional(text(100)),
    budget: z.optional(z.number()),
  }),
  curve: z.array(z.object({ step: z.number(), loss: number, accuracy: number, lr: number, grad_norm: number, ms: number })).check(z.maxLength(maxPoints)),
  evaluations: z.array(evaluation).check(z.maxLength(maxEvaluations)),
  summary: z.nullable(
    z.object({
      best: z.nullable(evaluation),
      final: z.nullable(evaluation),
      start: z.optional(z.nullable(evaluation)),
      steps: z.number(),
      early_stopping: z.optional(z.object({ eval_every: z.number(), held: z.number(), evaluations: z.number(), stopped: z.boolean() })),
      seconds: number,
      images_per_second: number,
      skipped_steps: z.number(),
      shared: z.optional(z.object({ exact: z.number(), near: z.number() })),
      plan,
      allocated: byRole,
      device,
      variants: z.optional(z.object({ quads: z.boolean(), weights: z.enum(['f32', 'f16', 'f16 native', 'q8', 'nf4']), tiles: z.optional(z.record(text(100), text(100))) })),
    }),
  ),
  model_title: z.optional(text()),
  data_title: z.optional(text()),
  classes: z.optional(z.array(text()).check(z.maxLength(maxClasses))),
  state: z.optional(z.enum(['done', 'stopped', 'failed', 'interrupted'])),
  created: z.optional(z.number()),
  ended: z.optional(z.number()),
  seconds: z.optional(number),
  error: z.optional(z.object({ kind: z.enum(['device-lost', 'out-of-memory', 'bad-input', 'diverged', 'cancelled', 'internal']), message: text(20_000), kept: text(20_000), details: text(200_000) })),
  plan: z.optional(plan),
  allocated: z.optional(byRole),
  adapter_bytes: z.optional(z.number()),
  self_test: z.optional(z.object({ ok: z.boolean(), checks: z.number(), problems: z.array(text(20_000)).check(z.maxLength(1000)), gflops: number, quads: z.boolean() })),
  memory: z.optional(z.array(z.object({ phase: text(100), step: z.number(), seconds: number, bytes: byRole })).check(z.maxLength(1000))),
  times: z.optional(z.object({ step: z.number(), kernels: z.array(z.object({ kernel: text(200), count: z.number(), ns: z.number() })).check(z.maxLength(1000)) })),
  rates: z.optional(runRates),
  notes: z.optional(text(20_000)),
  folder: z.optional(text(100)),
  by: z.optional(text(200)),
});
const file = z.object({
  format: z.literal(runsFormat),
  version: z.literal(runsVersion),
  app: text(100),
  saved: z.number(),
  runs: z.array(run).check(z.minLength(1), z.maxLength(maxRuns)),
});
const head = z.looseObject({ format: z.optional(z.unknown()), version: z.optional(z.unknown()), spec: z.optional(z.unknown()), curve: z.optional(z.unknown()) });

/**
 * Reads a file of runs, or one run.json of the command line. What this version does not know is left out. Throws
 * FormatError, which names the field that is wrong, and says so when a newer version wrote the file.
 */
export function readRuns(bytes: Uint8Array, path: string): RunRecord[] {
  if (bytes.byteLength > maxRunsBytes) throw new FormatError(`${path} has ${Math.ceil(bytes.byteLength / 2 ** 20)} MiB; files of runs are read up to ${maxRunsBytes / 2 ** 20} MiB.`);
  const { format, version, spec, curve } = parseJson(bytes, path, head);
  if (format === undefined && spec !== undefined && curve !== undefined) return [parseJson(bytes, path, run) as unknown as RunRecord];
  if (format !== runsFormat) throw new FormatError(`${path} holds no runs of Fullrank: neither a file of runs nor a run.json.`);
  if (typeof version === 'number' && version > runsVersion) throw new FormatError(`A newer version of Fullrank wrote ${path} (format ${version}; this one reads ${runsVersion}).`);
  return parseJson(bytes, path, file).runs as unknown as RunRecord[];
}

/** One run out of another file, as `run.json` holds it. Throws FormatError, which names the field that is wrong. */
export function checkRun(value: unknown, path: string): RunRecord {
  const { data, error } = z.safeParse(run, value);
  if (error) {
    const { path: field, message } = defined(error.issues[0]);
    throw new FormatError(field.length > 0 ? `${path}: ${cut(field.join('.'))}: ${cut(message, 500)}` : `${path}: the run: ${cut(message, 500)}`);
  }
  return data as unknown as RunRecord;
}

/** The file of these runs. `saved` is in milliseconds of the epoch. */
export function writeRuns(runs: readonly RunRecord[], saved: number): string {
  return `${JSON.stringify({ format: runsFormat, version: runsVersion, app: 'Fullrank', saved, runs: runs.map(runJson) }, plain)}\n`;
}

/** A run as another file holds it, for `checkRun`. */
export const runValue = (record: RunRecord): unknown => JSON.parse(JSON.stringify(runJson(record), plain));

/** Numbers that JSON has no word for. */
const plain = (_: string, value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? null : value);

/** A run without what concerns its images: their names stay with whoever has them. */
function runJson({ summary, evaluations, ...rest }: RunRecord): RunRecord {
  return { ...rest, evaluations: evaluations.map(bare), summary: summary && { ...summary, best: summary.best && bare(summary.best), final: summary.final && bare(summary.final), ...(summary.start && { start: bare(summary.start) }) } };
}

const bare = <T extends { images?: unknown }>(one: T): T => ({ ...one, images: undefined });
