import { beforeAll, describe, expect, test } from 'vitest';
import { loadAdapter } from '../adapters/files';
import { methods } from '../adapters/index';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson, goldenPath } from '../testing/golden';
import { VIT } from '../testing/goldenAdapters';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from './config';
import { fixedBatches } from './feeds';
import { openModel } from './openModel';
import type { MethodConfig, RunEvent, RunSpec } from './protocol';
import { Session } from './session';

/** Methods' work besides training: a penalty in the loss, ranks taken away after a step, and what of it a run leaves. */
let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const specOf = (method: MethodConfig, train: object): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: completeTrain({ batch: 6, train_limit: 0, val_fraction: 0, eval_every: 0, lr: 0.02, ...train }) });
const method = { method: 'adalora', init_r: 6, target_r: 2, tinit: 1, tfinal: 3, deltaT: 2 };

describe('a budget of ranks', () => {
  test('what a resumed run takes away is what the first one did, bit for bit', async () => {
    const [model, data] = [await tinyModel(), tinyData()];
    // After step 3 importance has been gathered, and nothing taken away yet that is kept.
    const spec = specOf(method, { steps: 12, checkpoint_every: 3, accumulate: 2, batch: 4 });
    const whole = await trainRun(device, { spec, model, data });
    const again = await trainRun(device, { spec, model, data, resume: defined(whole.checkpoints[0]) });
    expect(again.losses).toEqual(whole.losses.slice(3));
    expect(again.files.map(({ bytes }) => bytes)).toEqual(whole.files.map(({ bytes }) => bytes));
    const { adapted } = await loadAdapter(memoryTree('left', Object.fromEntries(whole.files.map(({ path, bytes }) => [path, bytes]))), model.net);
    const ranks = adapted.layers.map((layer) => defined(adapted.method.tensors(adapted.configOf(layer), layer).lora_E![0]));
    expect(ranks.reduce((a, b) => a + b)).toBe(2 * adapted.layers.length);
    expect(new Set(ranks).size).toBeGreaterThan(1);
    // It is trained on as it is: no rank goes, none comes back.
    const start = (await loadAdapter(memoryTree('left', Object.fromEntries(whole.files.map(({ path, bytes }) => [path, bytes]))), model.net)).adapted.config;
    const on = await trainRun(device, { spec: specOf(start, { steps: 3 }), model, data });
    const left = await loadAdapter(memoryTree('on', Object.fromEntries(on.files.map(({ path, bytes }) => [path, bytes]))), model.net);
    expect(left.adapted.config.rank_pattern).toEqual(start.rank_pattern);
    expect(device.ledger).toEqual({});
  });

  test('nothing is taken away where the budget is what there is, and settings that leave no step for it are refused', async () => {
    const [model, data] = [await tinyModel(), tinyData()];
    const { files, summary } = await trainRun(device, { spec: specOf({ ...method, target_r: 6 }, { steps: 6 }), model, data });
    const { adapted } = await loadAdapter(memoryTree('left', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]))), model.net);
    expect(adapted.config.rank_pattern).toBeUndefined();
    expect(adapted.counts().adapter_parameters).toBe(summary.plan.adapter_parameters);
    await expect(trainRun(device, { spec: specOf(method, { steps: 4 }), model, data })).rejects.toThrow('tinit is 1 and tfinal 3, which leaves none of 4 steps');
    await expect(trainRun(device, { spec: specOf({ ...method, target_r: 7 }, { steps: 6 }), model, data })).rejects.toThrow('target_r is 7, which is more than init_r, 6');
    expect(device.ledger).toEqual({});
  });

  test('without its weight the penalty is no part of the loss, of the plan, or of the step', async () => {
    const [model, data] = [await tinyModel(), tinyData()];
    const [on, off] = [await trainRun(device, { spec: specOf(method, { steps: 5 }), model, data }), await trainRun(device, { spec: specOf({ ...method, orth_reg_weight: 0 }, { steps: 5 }), model, data })];
    expect(defined(on.losses[0]) - defined(off.losses[0])).toBeGreaterThan(0.5);
    expect(on.summary.plan.dispatches).toBeGreaterThan(off.summary.plan.dispatches);
    for (const { plan, allocated } of [on.summary, off.summary]) expect(allocated).toEqual(plan.bytes);
  });
});

describeGolden('the allocation of the reference', 'methods/trajectory/adalora_r6_init', () => {
  interface Allocation {
    mask: string;
    kept?: Record<string, boolean[]>;
    rank_kept: Record<string, number>;
    budget: number;
    step: number;
  }

  test('is what a run takes away, step by step', async () => {
    const { allocation, lr } = goldenJson<Record<string, { allocation: Allocation[]; lr: number }>>('methods/trajectory/trajectory.json').adalora_r6!;
    const model = await openModel(await folderTree(goldenPath(VIT)!));
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath('methods/trajectory/adalora_r6_init')!), parseModel(goldenJson(`${VIT}/config.json`)), model.source);
    const file = await golden('methods/trajectory/batches.safetensors');
    const { shape } = file.info('pixel_values');
    const batches = fixedBatches(await file.readF32('pixel_values'), shape, await file.readF32('labels'), adapted.model.num_labels);
    const train = completeTrain({ lr, weight_decay: 0.1, warmup_steps: 2, schedule: 'cosine', max_grad_norm: 1, batch: batches.batch, steps: batches.steps!, checkpoint_every: 1 });
    const states: Uint8Array[] = [];
    let failure = '';
    const events = (event: RunEvent) => {
      if (event.type === 'checkpoint') states.push(event.bytes);
      if (event.type === 'failed') failure = event.error.message;
    };
    await new Session({ spec: { id: 'a', name: 'a', model: VIT, data: 'batches', method: adapted.config, train }, model, batches, splits: null, classes: adapted.model.labels, device, start: values }, events).run();
    expect(failure).toBe('');
    expect(states.length).toBe(allocation.length - 1);
    for (const [i, bytes] of states.entries()) {
      const state = await openSafetensors(bytesAccess(bytes));
      const { rank_kept, kept, mask } = defined(allocation[i]);
      for (const [name, ranks] of Object.entries(rank_kept)) {
        const E = [...(await state.readF32(`param base_model.model.${name}.lora_E`))].map((e) => e !== 0);
        expect(E.filter(Boolean).length, `${name} after step ${i}`).toBe(ranks);
        if (mask === 'scores') expect(E, `${name} after step ${i}`).toEqual(kept![`${name}.lora_E`]);
      }
    }
  });

  test('and at a fixed total, whatever the run\'s length', () => {
    const { allocation } = goldenJson<Record<string, { allocation: Allocation[] }>>('methods/trajectory/trajectory.json').adalora_r6!;
    const c = { method: 'adalora', init_r: 6, target_r: 2, tinit: 2, tfinal: 3, deltaT: 2, total_step: 10 };
    const layers = Object.keys(defined(allocation[0]).rank_kept).map((name) => ({ name, in: 1, out: 1 }));
    const after = methods.adalora!.afterStep!(c, layers)!;
    for (const { step, budget, mask } of allocation) expect(after.numbers(step, 99), `step ${step}`).toEqual([Number(step < 7), mask === 'none' ? 0 : 60 - budget]);
  });
});
