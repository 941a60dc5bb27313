import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { ConfigError } from '../adapters/fields';
import { methods } from '../adapters/index';
import type { Device } from '../engine/device';
import { planMemory } from '../engine/plan';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { noPage } from '../testing/noPage';
import { formOf } from '../tasks';
import { withNames } from '../tasks/classTexts';
import { tinyData, tinyModel } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { trainRun } from '../testing/trainRun';
import type { RunFiles } from './analysis.meta';
import { budgetRows } from '../train/budget';
import { completeTrain, defaultBudget, MAX_WORK, SMALL_BATCH } from '../train/config';
import { exportRun } from '../train/exportRun';
import { formsOf, type ExportFormat } from '../records/forms.meta';
import { modelInfo } from '../train/modelInfo';
import type { KnownModel, LoadedModel } from '../train/openModel';
import { programOptions } from '../train/plan';
import { recordEvaluation, recordPrograms } from '../train/programs';
import type { MethodConfig, RunSpec } from '../train/protocol';
import { recordLook } from '../train/rollout';
import { Tryout } from '../train/tryout';
import { inside } from './inside';
import { landscape } from './landscape';

const usual = completeTrain({ batch: SMALL_BATCH });

/** The configs that the page trains where nobody has set anything, of the methods that can be on this model with classes of these names. */
async function atDefault(model: Pick<KnownModel, 'net' | 'tokenizer'>, labels: string[]): Promise<MethodConfig[]> {
  const form = formOf(model.net, usual.loss).with({ labels });
  const net = model.tokenizer ? withNames(form, await model.tokenizer()) : form;
  return budgetRows(net, null, defaultBudget(modelInfo('', model).parameters), usual, MAX_WORK).flatMap(({ config }) => config ?? []);
}

/** Settings that divide nothing, small and beyond the width: their tensors end between the places where a buffer can be bound. */
const odd = Object.entries(methods).flatMap(([method, { fields, multiple = 1 }]): MethodConfig[] => {
  if (!fields.budget) return [];
  return (method === 'vera' ? [5, 37] : [1, 3, 7]).map((setting) => ({ method, [fields.budget!]: setting * multiple }));
});
/** False where a layer refuses these settings. */
function isPossible({ net }: LoadedModel, config: MethodConfig): boolean {
  try {
    return new Adapted(net, config).layers.length >= 0;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
const title = (config: MethodConfig): string => Object.entries(config).flatMap(([name, value]) => (Array.isArray(value) ? [] : name === 'method' ? [value] : [`${name} ${String(value)}`])).join(' ');

describe('every method, at the default budget and at odd settings', () => {
  const data = tinyData(12, 6);
  const quiet = { signal: new AbortController().signal, onEvent: () => {} };
  const runs: RunSpec[] = [];
  const kept = new Map<string, RunFiles>();
  let device: Device;
  let vit: LoadedModel;
  let clip: LoadedModel;
  let standard: MethodConfig[];
  beforeAll(async () => {
    device = await mustOpen(gpu());
    vit = await tinyModel();
    clip = await tinyClip();
    standard = [...(await atDefault(vit, data.classes)), ...(await atDefault(clip, data.classes)).filter(ofTexts)];
  });

  /** True if a method trains the classes' texts: it is tested on a model that reads them. */
  const ofTexts = ({ method }: MethodConfig): boolean => defined(methods[method]).prompts?.texts !== undefined;
  const modelOf = (config: MethodConfig): LoadedModel => (ofTexts(config) ? clip : vit);

  /** Trains one step, which ends with an evaluation, and keeps what that leaves. */
  async function train(method: MethodConfig): Promise<RunSpec> {
    const spec: RunSpec = { id: title(method), name: title(method), model: 'tiny', data: 'tiny', method, train: completeTrain({ steps: 1, batch: 4, lr: 0.01, snapshots: 1, val_fraction: 0.25 }) };
    const found = await trainRun(device, { spec, model: modelOf(method), data });
    runs.push(spec);
    kept.set(spec.id, found);
    return spec;
  }

  /** One step, an evaluation, a trial, where it looks, and these forms that it leaves in. */
  async function use(config: MethodConfig, forms: readonly ExportFormat[]): Promise<void> {
    const spec = await train(config);
    const model = modelOf(config);
    const { files } = kept.get(spec.id)!;
    const tryout = new Tryout({ device: async () => device, data: async () => data, reading: async () => ({ model, data }), tried: async () => ({ model, data }) });
    await tryout.open({ data: 'tiny', limit: 2 });
    const { predictions } = await tryout.run([spec], async () => files, () => {});
    const { seen } = await tryout.look([spec], async () => files, 0, true, () => {});
    // The one picture by itself is what it is among others.
    expect(defined(defined(seen[0]).prediction.top[0]).label, spec.name).toBe(defined(defined(defined(predictions[0]).rows[0]).top[0]).label);
    expect(defined(defined(seen[0]).prediction.top[0]).probability, spec.name).toBeCloseTo(defined(defined(defined(predictions[0]).rows[0]).top[0]).probability, 5);
    expect(defined(seen[0]).prediction.attention!.weights.reduce((a, b) => a + b, 0), spec.name).toBeCloseTo(1, 5);
    await tryout.free();
    for (const format of forms) {
      const { file, verdict } = await exportRun(device, { spec, files, model, data, how: { format } }, { page: noPage });
      expect(file.size, `${spec.name}, ${format}`).toBeGreaterThan(0);
      if (format === 'onnx' || format === 'web') expect(verdict, spec.name).toMatchObject({ ok: true });
    }
  }

  test('at the default budget they are trained, measured, tried, looked through, and leave in every form', async () => {
    for (const config of standard) await use(config, formsOf(config.method));
    expect(device.ledger).toEqual({});
  });

  test('at odd settings likewise, and merged or as an adapter, of which the other forms are made', async () => {
    expect(odd.some(({ method, r }) => method === 'vera' && Number(r) % 2)).toBe(true);
    // Some are settled by the layers, which refuse what does not divide them.
    const possible = odd.filter((config) => isPossible(modelOf(config), config));
    expect(possible.length).toBeGreaterThan(0.8 * odd.length);
    for (const config of possible) await use(config, formsOf(config.method).filter((format) => format === 'folder' || format === 'peft'));
    expect(device.ledger).toEqual({});
  });

  test('the landscape between them, and what they did inside', async () => {
    expect(runs).toHaveLength(standard.length + odd.filter((config) => isPossible(modelOf(config), config)).length);
    const unmerged = runs.filter(({ method }) => !defined(methods[method.method]).merged);
    for (const run of unmerged) await expect(inside(device, { model: modelOf(run.method), data, runs: [run], files: (id) => Promise.resolve(kept.get(id)!) }, { images: 2, seed: 1 }, quiet)).rejects.toThrow(/has no update that could be added to a weight/);
    await lookInside(runs.filter((run) => !unmerged.includes(run)));
    expect(device.ledger).toEqual({});
  });

  async function lookInside(runs: RunSpec[]): Promise<void> {
    const files = (id: string) => Promise.resolve(kept.get(id)!);
    for (let i = 0; i < runs.length; i += 3) {
      const three = runs.slice(Math.min(i, runs.length - 3)).slice(0, 3);
      const { sets } = await landscape(device, { model: vit, data, runs: three, files }, { grid: 2, x: [-0.5, 1.5], y: [-0.5, 1.5], images: 4, splits: ['train'], line: 0, seed: 1 }, quiet);
      expect(defined(sets[0]).loss.every(Number.isFinite), three.map(({ name }) => name).join()).toBe(true);
    }
    for (let from = 0; from < runs.length; from += 12) {
      const some = runs.slice(from, from + 12);
      const { updates, pretrained } = await inside(device, { model: vit, data, runs: some, files }, { images: 2, seed: 1 }, quiet);
      expect([updates.length, pretrained.length]).toEqual([some.length, some.length]);
    }
  }
});

test('the bundled model has a plan for each method at its default budget: a step, an evaluation, and a look beside it', async () => {
  const labels = Array.from({ length: 10 }, (_, i) => `${i}`);
  const net = parseModel(JSON.parse(readFileSync('public/models/vit-nano/config.json', 'utf8')) as object);
  const options = programOptions(usual);
  const configs = await atDefault({ net }, labels);
  // The page's own: 43,000 parameters within 5 %, or what the work allows.
  expect(configs).toEqual(expect.arrayContaining([expect.objectContaining({ method: 'randlora', r: 8 }), expect.objectContaining({ method: 'lora', r: 5 })]));
  for (const config of configs) {
    const adapted = new Adapted(net.with({ labels }), config);
    expect(planMemory(recordPrograms(adapted, options).rec).total, title(config)).toBeGreaterThan(0);
    const { rec } = recordEvaluation(adapted, { ...options, beside: 1 });
    recordLook(rec, adapted, options, 1, true);
    expect(planMemory(rec).total, title(config)).toBeGreaterThan(0);
  }
});
