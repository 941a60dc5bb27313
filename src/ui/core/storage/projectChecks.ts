import * as z from 'zod/mini';
import { defined } from '../../../numbers/defined';
import { oldSentence } from '../../../records/oldSentence.meta';
import type { Edits } from '../../../train/protocol';
import { methodFields } from '../settings/fields';
import type { RecordName, Schema, Imported } from './database';
import { columns } from '../runs/metrics';
import type { Run } from '../runs/runs';

/** Checks that records of a project file must pass before the page takes them for its own. Fetched when a project is opened. */

const text = (most = 2000) => z.string().check(z.maxLength(most));
/** Also NaN and infinite: an accuracy without images, a loss that ran away. */
const number = z.custom<number>((value) => typeof value === 'number');
const numbers = z.array(number);
const bytes = z.instanceof(Uint8Array);
const scalar = z.union([text(20_000), number, z.boolean(), z.null(), z.array(text())]);
/** Names become names of files. */
const fileName = text(200).check(z.regex(/^[^/\\\p{Cc}]+$/u), z.refine((name) => !/^\.+$/.test(name)));
const filePath = text(300).check(z.regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/));

/** A sentence for people, also as older versions kept it. */
const sentence = z.union([
  text(20_000),
  z.pipe(
    z.unknown().check(z.refine((value) => oldSentence(value) !== null)),
    z.transform((value) => oldSentence(value)!),
  ),
]);

const byRole = z.record(z.string(), number);
const evaluation = z.looseObject({
  step: number,
  split: z.enum(['train', 'val', 'test']),
  loss: number,
  accuracy: number,
  count: number,
  per_class: numbers,
  confusion: z.array(numbers),
  images: z.optional(z.array(z.tuple([text(), number, number, z.optional(number)]))),
});
const plan = z.looseObject({
  adapter_parameters: number,
  head_parameters: number,
  trainable_parameters: number,
  bytes: byRole,
  total_bytes: number,
  dispatches: number,
  steps: number,
  forms: z.record(z.string(), z.enum(['streamed', 'merged'])),
});
const edits = z.looseObject({ version: z.literal(1), disabled_classes: z.array(text()), disabled: z.array(text()), relabelled: z.array(z.tuple([text(), text()])), split: z.nullish(z.looseObject({ seed: number, train: number, val: number, test: number })) });
const spec = z.looseObject({
  id: text(200),
  name: fileName,
  model: text(),
  data: text(),
  method: z.catchall(z.object({ method: z.enum(Object.keys(methodFields)) }), scalar),
  train: z.record(z.string(), scalar),
  text: z.optional(z.looseObject({ task: z.optional(text(100)), prompt: z.optional(text(20_000)), answer: z.optional(text(20_000)) })),
  edits: z.optional(edits),
  rate: z.optional(z.enum(['find', 'found'])),
  init_from: z.optional(text(200)),
  experiment: z.optional(text(100)),
  budget: z.optional(number),
});
const run = z.looseObject({
  id: text(200),
  name: fileName,
  spec,
  modelTitle: text(),
  dataTitle: text(),
  classes: z.array(text()),
  state: z.enum(['waiting', 'running', 'paused', 'stopping', 'done', 'stopped', 'failed', 'interrupted']),
  owner: text(200),
  created: number,
  started: number,
  ended: number,
  seconds: number,
  phase: text(100),
  plan: z.nullable(plan),
  allocated: z.nullable(byRole),
  evaluations: z.array(evaluation),
  best: z.nullable(evaluation),
  summary: z.nullable(
    z.looseObject({
      best: z.nullable(evaluation),
      final: z.nullable(evaluation),
      start: z.optional(z.nullable(evaluation)),
      steps: number,
      early_stopping: z.optional(z.looseObject({ eval_every: number, held: number, evaluations: number, stopped: z.boolean() })),
      seconds: number,
      images_per_second: number,
      skipped_steps: number,
      shared: z.optional(z.looseObject({ exact: number, near: number })),
      plan,
      allocated: byRole,
      device: z.looseObject({ ok: z.boolean(), description: text(), architecture: text(), vendor: text() }),
    }),
  ),
  error: z.nullable(z.object({ kind: z.enum(['device-lost', 'out-of-memory', 'bad-input', 'diverged', 'cancelled', 'internal']), message: text(20_000), kept: text(20_000), details: text(200_000) })),
  lastStep: number,
  checkpointStep: number,
  imagesPerSecond: number,
  adapterBytes: number,
  onnxCheck: z.optional(z.looseObject({ ok: z.boolean(), images: number, max_abs: number, max_rel: number, top1: number, text: text(20_000), dtype: z.enum(['f32', 'f16', 'q8']), at: number })),
  order: z.optional(number),
  overhead: z.optional(number),
  looked: z.optional(z.looseObject({ seconds: number, images: number })),
  memory: z.optional(z.array(z.looseObject({ phase: text(100), step: number, seconds: number, bytes: byRole })).check(z.maxLength(1000))),
  times: z.optional(z.looseObject({ step: number, kernels: z.array(z.looseObject({ kernel: text(200), count: number, ns: number })).check(z.maxLength(1000)) })),
  rates: z.optional(z.looseObject({ lr: number.check(z.refine((lr) => lr > 0)), trials: z.array(z.looseObject({ lr: number, steps: number, rung: number, loss: number, accuracy: number })).check(z.maxLength(1000)), held: number, seed: number, edge: z.optional(z.boolean()) })),
  selfTest: z.optional(z.looseObject({ ok: z.boolean(), gflops: number, quads: z.boolean(), checks: number, problems: z.array(text()) })),
  dataStamp: z.optional(text(100)),
  repeats: z.optional(text(200)),
  notes: z.optional(text(5000)),
  folder: z.optional(text(100)),
  theirs: z.optional(z.looseObject({ file: text(300), by: z.optional(text(200)), id: text(200), at: number })),
  room: z.optional(text(20)),
  deleted: number,
});

const curve = z
  .strictObject(Object.fromEntries(columns.map((name) => [name, z.instanceof(Float32Array)])))
  .check(z.refine((record) => columns.every((name) => defined(record[name]).length === record.step!.length)));

const imported = z.strictObject({
  id: text(200),
  name: fileName,
  model: text(),
  at: number,
  info: z.looseObject({
    method: z.enum(Object.keys(methodFields)),
    r: z.nullable(number),
    base: text(),
    adapter_parameters: number,
    head_parameters: number,
    layers: number,
    labels: z.array(text()),
    image_size: z.nullable(number),
    warnings: z.array(sentence),
  }),
  deleted: number,
  owner: z.optional(text(200)),
});

const analysed = z.array(z.looseObject({ id: text(200), name: fileName, method: z.enum(Object.keys(methodFields)), spec: z.looseObject({ train: z.record(z.string(), scalar) }) })).check(z.minLength(1), z.maxLength(16));
const split = z.enum(['train', 'val', 'test']);
const measured = z.looseObject({ loss: number, accuracy: number });
const floats = z.instanceof(Float32Array);
const matrix = z.array(numbers);
const geometry = z.looseObject({ norms: numbers, head_norms: numbers, distances: matrix, cosines: matrix });
const place = { x: number, y: number, residual: number, distance: number };
const pair = z.tuple([z.number(), z.number()]);
const count = (most: number) => z.int().check(z.gte(0), z.lte(most));
const common = { version: z.literal(1), kept_at: z.optional(number), runs: analysed, geometry, complete: z.boolean(), seconds: number, notes: z.array(sentence) };
const landscape = z
  .looseObject({
    format: z.literal('fullrank-landscape'),
    ...common,
    spec: z.looseObject({ grid: count(201), x: pair, y: pair, images: count(1e6), splits: z.array(z.enum(['train', 'val'])), line: count(1001), seed: number }),
    plane: z.nullable(z.looseObject({ unit_x: number, unit_y: number, cosine: number, pretrained: z.looseObject(place) })),
    sets: z.array(z.looseObject({ split, images: number, of: number, loss: floats, accuracy: floats, corners: z.array(measured), pretrained: z.nullable(measured) })),
    lines: z.array(z.looseObject({ from: count(2), to: count(2), length: number, t: numbers, sets: z.array(z.looseObject({ loss: numbers, accuracy: numbers, barrier: number, at: number })) })),
    paths: z.array(z.looseObject({ run: count(2), points: z.array(z.looseObject({ step: number, ...place, measured: z.array(measured) })) })),
    measured: number,
  })
  .check(z.refine(({ sets, spec: { grid }, runs, plane }) => sets.every((set) => set.corners.length === runs.length && (!plane || (set.loss.length === grid ** 2 && set.accuracy.length === grid ** 2)))));
const inside = z.looseObject({
  format: z.literal('fullrank-inside'),
  ...common,
  spec: z.looseObject({ images: number, seed: number }),
  images: number,
  tokens: number,
  split,
  updates: z.array(z.array(z.looseObject({ layer: text(), shape: pair, norm: number, relative: number, singular: floats, rank: number, stable_rank: number }))),
  intruders: z.optional(z.array(z.array(z.looseObject({ layer: text(), cosines: numbers })))),
  angles: z.array(z.looseObject({ layer: text(), a: count(15), b: count(15), cosine: number })),
  outputs: z.array(z.looseObject({ block: number, part: z.enum(['attention', 'mlp']) })),
  reference: z.nullable(count(15)),
  cka: matrix,
  pretrained: matrix,
  original: z.nullable(z.looseObject({ data: text(), images: number, classes: number, before: measured, after: z.array(measured) })),
});

const along = z.looseObject({
  format: z.literal('fullrank-along'),
  version: z.literal(1),
  kept_at: z.optional(number),
  runs: analysed.check(z.length(1)),
  spec: z.looseObject({ what: z.enum(['base', 'intruders']), at: numbers, images: number, seed: number, epsilon: number, top: number }),
  images: number,
  of: number,
  points: z.array(z.looseObject({ at: number, ...measured.shape, drift: number, original: z.optional(measured), answers: z.optional(z.looseObject({ of: text(), right: text() })) })).check(z.minLength(1), z.maxLength(101)),
  intruders: z.nullable(z.array(z.looseObject({ layer: text(), count: number }))),
  original: z.nullable(z.looseObject({ data: text(), images: number, classes: number })),
  complete: z.boolean(),
  seconds: number,
  notes: z.array(sentence),
});

/** One line for each kind of record. */
const schemas: Record<RecordName, z.ZodMiniType> = {
  runs: run,
  curves: curve,
  adapters: z.array(z.strictObject({ path: filePath, bytes })),
  checkpoints: z.strictObject({ step: number, bytes }),
  imported,
  snapshots: z.array(z.strictObject({ step: number, bytes })),
  analyses: z.union([landscape, inside, along]),
};

/** Edits of data sets, by the sets' ids; null if they are damaged. */
export function checkEdits(value: unknown): Record<string, Edits> | null {
  const result = z.record(z.string(), edits).safeParse(value);
  return result.success ? (result.data as unknown as Record<string, Edits>) : null;
}

/** The record as the store takes it, or why it cannot be. A run that was going on, wherever that was, is one that stopped where the file was saved. */
export function checkRecord<S extends RecordName>(store: S, key: string, value: unknown): { ok: true; value: Schema[S]['value'] } | { ok: false; why: string } {
  const result = schemas[store].safeParse(value);
  if (!result.success) {
    const { path, message } = defined(result.error.issues[0]);
    return { ok: false, why: `${path.slice(0, 6).map(String).join('.').slice(0, 100) || 'it'}: ${message}` };
  }
  if (store === 'imported' && (result.data as Imported).id !== key) return { ok: false, why: 'it stands under another name' };
  if (store !== 'runs') return { ok: true, value: result.data as Schema[S]['value'] };
  // What a search has looked at is worth its time here alone; elsewhere it begins anew.
  const { looks: _, ...kept } = result.data as Run;
  if (kept.id !== key || kept.spec.id !== key) return { ok: false, why: 'it stands under another name' };
  const live = kept.state === 'running' || kept.state === 'paused' || kept.state === 'stopping';
  return { ok: true, value: { ...kept, owner: '', ...(live && { state: 'stopped', ended: kept.ended || kept.started, phase: '' }) } };
}
