import { describe, expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { completeTrain } from './config';
import { trainBatches } from './feeds';
import type { LoadedModel } from './openModel';
import { Plans, planRun } from './plan';
import type { MethodConfig, RunEvent, RunSpec, TrainConfig } from './protocol';
import { Session } from './session';
import { runSplits } from './split';

const settings: Partial<TrainConfig> = { steps: 12, batch: 4, eval_every: 4, checkpoint_every: 6, lr: 0.01, head_lr: 0.01 };

interface Ran {
  losses: number[];
  evaluations: { step: number; loss: number; accuracy: number }[];
  left: Uint8Array[];
  checkpoints: Uint8Array[];
  /** How often each program ran. */
  ran: Record<string, number>;
}

async function run(device: Device, method: MethodConfig, train: Partial<TrainConfig>, { trunk = true, resume, open = tinyModel }: { trunk?: boolean; resume?: Uint8Array; open?: () => Promise<LoadedModel> } = {}): Promise<Ran> {
  const [model, data, config] = [await open(), tinyData(), completeTrain({ ...settings, ...train })];
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: config };
  const splits = runSplits(data, config);
  const events: RunEvent[] = [];
  const ran: Record<string, number> = {};
  const original = Machine.prototype.run;
  const spy = vi.spyOn(Machine.prototype, 'run').mockImplementation(function (this: Machine, program: Program, ...rest) {
    ran[program.name] = (ran[program.name] ?? 0) + 1;
    return original.call(this, program, ...rest);
  });
  await new Session({ spec, model, batches: trainBatches(splits.train, model, config), splits, classes: data.classes, device, resume, plans: new Plans(trunk) }, (event) => events.push(event)).run();
  spy.mockRestore();
  const of = <T extends RunEvent['type']>(type: T) => events.filter((e): e is Extract<RunEvent, { type: T }> => e.type === type);
  expect(of('failed')).toEqual([]);
  return {
    losses: of('step').map(({ point }) => point.loss),
    evaluations: of('evaluation').map(({ evaluation: { step, loss, accuracy } }) => ({ step, loss, accuracy })),
    left: of('adapter').flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.safetensors')).map(({ bytes }) => bytes)),
    checkpoints: of('checkpoint').map(({ bytes }) => bytes),
    ran,
  };
}

/** Batches of an epoch of training, and of each set that a run is measured on. */
function batchesOnce(changed: Partial<TrainConfig>): number {
  const train = completeTrain({ ...settings, ...changed });
  const { train: { count }, follow, test } = runSplits(tinyData(), train);
  return [count, follow.count, ...(follow === test ? [] : [test.count])].reduce((sum, rows) => sum + Math.ceil(rows / train.batch), 0);
}

const last = { layers_to_transform: '1' };

describe('what nothing changes is computed once a picture', () => {
  test.each<[string, MethodConfig, Partial<TrainConfig>]>([
    ['a probe', { method: 'linear_probe' }, {}],
    ['the last block', { method: 'lora', r: 2, lora_dropout: 0.2, ...last }, {}],
    ['the last block, whose activations are recomputed', { method: 'randlora', r: 4, ...last }, { checkpoint_activations: true }],
    ['micro-batches', { method: 'dora', r: 2, ...last }, { accumulate: 2 }],
    ['frozen weights in f16', { method: 'vera', r: 8, ...last }, { frozen_dtype: 'f16' }],
    ['pictures held back', { method: 'linear_probe' }, { val_fraction: 0.3 }],
  ])('%s: losses, evaluations and files are the same bits', async (_, method, train) => {
    const device = await mustOpen(gpu());
    const [kept, again] = [await run(device, method, train), await run(device, method, train, { trunk: false })];
    expect(kept.losses).toHaveLength(12);
    expect(kept.losses).toEqual(again.losses);
    expect(kept.evaluations).toEqual(again.evaluations);
    expect(kept.left).toEqual(again.left);
    expect(kept.ran.trunk).toBe(batchesOnce(train));
    expect([kept.ran.train, again.ran.trunk]).toEqual([again.ran.train, undefined]);
  });

  // As many classes as pictures in a batch: texts have blocks too, which are not those of pictures.
  test.each<[string, MethodConfig]>([['texts of the classes learn', { method: 'coop', n_ctx: 1 }], ['a head on a CLIP learns', { method: 'linear_probe' }]])('where %s, pictures go through their tower once', async (_, method) => {
    const device = await mustOpen(gpu());
    const train = { batch: tinyData().classes.length, head: method.method === 'coop' ? ('text' as const) : ('new' as const) };
    const [kept, again] = [await run(device, method, train, { open: tinyClip }), await run(device, method, train, { open: tinyClip, trunk: false })];
    expect(kept.losses).toEqual(again.losses);
    expect(kept.evaluations).toEqual(again.evaluations);
    expect(kept.left).toEqual(again.left);
    expect(kept.ran.trunk).toBe(batchesOnce(train));
  });

  test('a run goes on from a checkpoint as it would have, and computes again what it had kept', async () => {
    const device = await mustOpen(gpu());
    const method = { method: 'lora', r: 2, ...last };
    const whole = await run(device, method, {});
    const rest = await run(device, method, {}, { resume: whole.checkpoints[0]! });
    expect(rest.losses).toEqual(whole.losses.slice(6));
    expect(rest.left).toEqual(whole.left);
    expect(rest.ran.trunk).toBeGreaterThan(0);
  });

  test.each<[string, Partial<TrainConfig>]>([['cropped', { crop: true }], ['mixed', { mixup_alpha: 0.4 }]])('pictures that are %s are others each time', async (_, train) => {
    const device = await mustOpen(gpu());
    const [split, whole] = [await run(device, { method: 'linear_probe' }, train), await run(device, { method: 'linear_probe' }, train, { trunk: false })];
    expect(split.losses).toEqual(whole.losses);
    expect(split.left).toEqual(whole.left);
    expect(split.ran.trunk).toBeGreaterThan(split.ran.train!);
  });
});

describe('the trunk', () => {
  const planned = async (method: MethodConfig) => planRun(new Adapted((await tinyModel()).net, method), completeTrain(settings), 4);
  test('ends below the first block that learns, and is none where that is the first', async () => {
    const names = async (method: MethodConfig) => (await planned(method)).programs.trunk?.program.entries.map(({ label }) => label) ?? [];
    expect(await names({ method: 'lora', r: 2 })).toEqual([]);
    expect(await names({ method: 'full' })).toEqual([]);
    expect(await names({ method: 'lora', r: 2, layers_to_transform: '0' })).toEqual([]);
    expect(await names({ method: 'bitfit' })).toEqual([]);
    const below = await names({ method: 'lora', r: 2, ...last });
    expect(below.some((label) => label.includes('layer.0'))).toBe(true);
    expect(below.some((label) => label.includes('layer.1'))).toBe(false);
    expect((await names({ method: 'linear_probe' })).length).toBeGreaterThan(below.length);
  });

  test('takes over all of a step that is below, and adds nothing to it', async () => {
    for (const method of [{ method: 'linear_probe' }, { method: 'lora', r: 2, ...last }]) {
      const { plan, programs } = await planned(method);
      expect(programs.train.entries.length + programs.trunk!.program.entries.length + programs.update!.entries.length).toBe(plan.dispatches);
      expect(programs.train.entries.some(({ label }) => label.includes('layer.0'))).toBe(false);
    }
  });
});
