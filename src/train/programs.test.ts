import { expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { methodFields } from '../adapters/fields';
import { methods } from '../adapters';
import type { Merging } from '../adapters/method';
import { heldForBackward, planMemory } from '../engine/plan';
import { Recorder } from '../engine/record';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { scaleBy } from '../ops/add';
import { completeTrain } from './config';
import { largestBatch, planRun, Plans } from './plan';
import { recordPrograms, weightBytes, type ProgramOptions } from './programs';
import type { MethodConfig, TrainConfig } from './protocol';

const config = (layers: number, patch_size = 4) => ({ model_type: 'vit', hidden_size: 64, num_hidden_layers: layers, num_attention_heads: 2, intermediate_size: 128, image_size: 32, patch_size, layer_norm_eps: 1e-6, num_labels: 3 });
const options = (more: Partial<ProgramOptions>): ProgramOptions => ({ batch: 16, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form: 'merged', ...more });
const bytesOf = (adapted: Adapted, more: Partial<ProgramOptions>) => planMemory(recordPrograms(adapted, options(more)).rec).total;

test('merged weights are kept for the backward where that takes a tenth more at most, and made once then', () => {
  for (const [layers, batch] of [[1, 16], [12, 1]] as const) {
    const adapted = new Adapted(parseModel(config(layers)), { method: 'randlora', r: 4 });
    const [made, kept, chosen] = ([{ merging: 'again' }, { merging: 'kept' }, {}] as const).map((more) => bytesOf(adapted, { batch, ...more })) as [number, number, number];
    expect(kept).toBeGreaterThan(made);
    expect(chosen, `${layers} layers`).toBe(kept <= 1.1 * made ? kept : made);
    expect(planRun(adapted, completeTrain({ batch }), 1).plan.merging).toBe(kept <= 1.1 * made ? 'kept' : undefined);
    const merges = (merging: Merging) => recordPrograms(adapted, options({ batch, merging })).train.entries.filter(({ kernel }) => kernel.name.startsWith('randlora_merge')).length;
    expect(merges('again')).toBe(2 * merges('kept'));
  }
});

test('that it takes more is known of some methods before it is recorded, and of none wrongly', () => {
  const shortcut = { known: 0, open: 0 };
  const recorded = vi.spyOn(Recorder.prototype, 'program');
  for (const { method, texts } of Object.values(methodFields)) {
    const { merged, trains } = defined(methods[method]);
    if (!merged || trains !== 'adapter' || texts) continue;
    const adapted = new Adapted(parseModel({ ...config(2), hidden_size: 128, intermediate_size: 256 }), { method });
    recorded.mockClear();
    recordPrograms(adapted, options({ batch: 4, merging: 'again' }));
    const once = recorded.mock.calls.length;
    const [again, kept] = (['again', 'kept'] as const).map((merging) => recordPrograms(adapted, options({ batch: 4, merging })));
    const [made, more] = [planMemory(defined(again).rec), planMemory(defined(kept).rec).total];
    const least = made.total - (made.bytes.temp ?? 0) + heldForBackward(defined(again).train) + weightBytes(adapted, adapted.layers);
    expect(least, method).toBeLessThanOrEqual(more);
    recorded.mockClear();
    expect(planMemory(recordPrograms(adapted, options({ batch: 4 })).rec).total, method).toBe(more <= 1.1 * made.total ? more : made.total);
    shortcut[recorded.mock.calls.length === once ? 'known' : 'open']++;
  }
  recorded.mockRestore();
  expect(Math.min(shortcut.known, shortcut.open)).toBeGreaterThan(0);
});

test('several micro-batches share merged weights where that takes a quarter more at most, and more layers run merged then', () => {
  const adapted = (layers: number) => new Adapted(parseModel(config(layers)), { method: 'randlora', r: 16 });
  const plan = (layers: number, batch: number, more: Partial<ProgramOptions>) => recordPrograms(adapted(layers), options({ batch, form: undefined, ...more }));
  const shared: number[] = [];
  for (const [layers, batch] of [[1, 2], [12, 1]] as const) {
    const chosen = plan(layers, batch, { accumulate: 8 });
    const again = planMemory(plan(layers, batch, { accumulate: 8, merging: 'again' }).rec).total;
    const once = planMemory(plan(layers, batch, { accumulate: 8, merging: 'once' }).rec).total;
    expect(chosen.once !== null, `${layers} layers, batch ${batch}`).toBe(once <= 1.25 * again);
    expect(chosen.sharing).toBe(chosen.once ? 8 : 1);
    shared.push(chosen.sharing);
    expect(plan(layers, batch, {}).once).toBeNull();
  }
  expect(new Set(shared)).toEqual(new Set([1, 8]));
  // 34 rows are too few for a weight of their own.
  const few = new Adapted(parseModel(config(1, 8)), { method: 'randlora', r: 16 });
  const { plan: planned, programs } = planRun(few, completeTrain({ batch: 2, accumulate: 8 }), 1);
  expect(programs.sharing).toBe(8);
  expect(Object.values(planned.forms)).toContain('merged');
  expect(Object.values(few.forms(2))).not.toContain('merged');
  expect(planned.dispatches).toBe(programs.once!.entries.length + 8 * programs.train.entries.length + programs.update!.entries.length);
  expect(planned.work!).toBeLessThan(planRun(few, completeTrain({ batch: 2 }), 1).plan.work!);
});

test('both are chosen somewhere', () => {
  const chosen = (layers: number, batch: number) => {
    const adapted = new Adapted(parseModel(config(layers)), { method: 'randlora', r: 4 });
    return bytesOf(adapted, { batch }) === bytesOf(adapted, { batch, merging: 'kept' });
  };
  expect([chosen(1, 16), chosen(12, 1)]).toEqual([true, false]);
});

test('the largest batch is one that fits, whatever is chosen for it, and the next does not', () => {
  const adapted = new Adapted(parseModel(config(2)), { method: 'randlora', r: 4, form: 'merged' });
  for (const accumulate of [1, 4]) {
    const bytes = (batch: number) => planMemory(recordPrograms(adapted, { ...options({ batch, accumulate }), form: undefined }).rec).total;
    for (const cap of [6e6, 9e6, 13e6]) {
      const batch = largestBatch(adapted, completeTrain({ accumulate }), cap);
      expect(bytes(batch)).toBeLessThanOrEqual(cap);
      expect(bytes(batch + 1)).toBeGreaterThan(cap);
    }
  }
});

test('a run is recorded once for each choice, whoever plans it, and what is recorded is planned once', () => {
  const recorded = vi.spyOn(Recorder.prototype, 'program');
  const counted = (body: () => unknown) => {
    recorded.mockClear();
    body();
    return recorded.mock.calls.filter(([name]) => name === 'train').length;
  };
  const plans = new Plans();
  const run = (json: ReturnType<typeof config>, method: MethodConfig, train: Partial<TrainConfig>) => {
    const net = parseModel(json).with({ labels: ['a', 'b', 'c'] });
    return plans.of({ config: json }, new Adapted(net, method), completeTrain({ batch: 2, ...train }), 7);
  };
  const randlora = { method: 'randlora', r: 4, form: 'merged' };
  // Made again, and kept: both are needed to choose.
  let first!: ReturnType<typeof run>;
  expect(counted(() => (first = run(config(2), randlora, {})))).toBe(2);
  // What says nothing about the programs makes no other choice.
  expect(counted(() => expect(run(config(2), { ...randlora }, { seed: 8, lr: 0.5 })).toEqual(first))).toBe(0);
  expect(planMemory(first.programs.rec)).toBe(planMemory(first.programs.rec));
  for (const [json, method, train] of [[config(3), randlora, {}], [config(2), { ...randlora, r: 5 }, {}], [config(2), randlora, { batch: 3 }]] as const) {
    expect(counted(() => expect(run(json, method, train).plan.total_bytes).not.toBe(first.plan.total_bytes))).toBe(2);
  }
  // The oldest go.
  for (let r = 1; r <= 8; r++) run(config(1), { method: 'lora', r }, {});
  expect(counted(() => run(config(2), randlora, {}))).toBe(2);
  // What is recorded after a plan is in the next one.
  const { rec } = first.programs;
  const before = planMemory(rec).total;
  rec.program('more', () => void rec.keep(scaleBy(rec.declare('input', 'more', [64]), 2)));
  expect(planMemory(rec).total).toBe(before + 2 * 256 + 256);
  recorded.mockRestore();
});
