import { describe, expect, test, vi } from 'vitest';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { splitBatches } from './feeds';
import type { MethodConfig, RunEvent, RunSpec, TrainConfig } from './protocol';
import { Session } from './session';
import { runSplits } from './split';

const settings = { steps: 8, batch: 4, warmup_steps: 2, seed: 3, eval_every: 4 };

interface Run {
  session: Session;
  events: RunEvent[];
  done: Promise<void>;
}

async function start(device: Device, method: MethodConfig, train: Partial<TrainConfig>, resume: Uint8Array | null = null, onEvent: (e: RunEvent, s: Session) => void = () => {}): Promise<Run> {
  const model = await tinyModel();
  const data = tinyData();
  const config = completeTrain({ ...settings, ...train });
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: config };
  const splits = runSplits(data, config);
  const events: RunEvent[] = [];
  const batches = splitBatches(splits.train, model.preprocess, model.net.image_size, config);
  const session: Session = new Session({ spec, model, batches, splits, classes: data.classes, device, resume }, (e) => {
    events.push(e);
    onEvent(e, session);
  });
  return { session, events, done: session.run() };
}

const of = <T extends RunEvent['type']>(run: Run, type: T) => run.events.filter((e): e is Extract<RunEvent, { type: T }> => e.type === type);
const losses = (run: Run) => of(run, 'step').map((e) => e.point.loss);

describe('a run', () => {
  test('says what it does, allocates what it planned, and learns', async () => {
    const device = await mustOpen(gpu());
    const run = await start(device, { method: 'randlora', r: 4 }, { steps: 30, lr: 5e-3, head_lr: 1e-2 });
    await run.done;
    expect(of(run, 'failed')).toEqual([]);
    expect(of(run, 'planned')).toHaveLength(1);
    expect(defined(of(run, 'allocated')[0]).bytes).toEqual(defined(of(run, 'planned')[0]).plan.bytes);
    expect(of(run, 'step').map((e) => e.point.step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(of(run, 'evaluation').map((e) => e.evaluation.step)).toEqual([4, 8, 12, 16, 20, 24, 28, 30]);
    const final = defined(of(run, 'finished')[0]);
    expect(final.reason).toBe('done');
    expect(final.summary.final!.confusion.flat().reduce((a, b) => a + b, 0)).toBe(10);
    expect(losses(run).at(-1)!).toBeLessThan(0.7 * defined(losses(run)[0]));
    expect(defined(of(run, 'adapter')[0]).files.map((f) => f.path)).toContain('adapter_model.safetensors');
    expect(device.ledger).toEqual({});
    expect(device.errors).toEqual([]);
  });

  test.each(['full', 'linear_probe', 'lora', 'dora', 'vera', 'nola', 'randlora'])('%s trains with f16 frozen weights and recomputed activations', async (method) => {
    const device = await mustOpen(gpu());
    const run = await start(device, { method }, { steps: 2, frozen_dtype: 'f16', checkpoint_activations: true, eval_every: 0 });
    await run.done;
    expect(of(run, 'failed')).toEqual([]);
    expect(losses(run).every(Number.isFinite)).toBe(true);
    expect(defined(of(run, 'allocated')[0]).bytes).toEqual(defined(of(run, 'planned')[0]).plan.bytes);
  });

  test('the same seed gives the same curve bit for bit, another seed another one', async () => {
    const device = await mustOpen(gpu());
    const method = { method: 'lora', r: 2, lora_dropout: 0.2 };
    const runs: Run[] = [];
    for (const seed of [3, 3, 4]) {
      const run = await start(device, method, { seed, crop: true, flip: true });
      await run.done;
      runs.push(run);
    }
    expect(losses(defined(runs[1]))).toEqual(losses(defined(runs[0])));
    expect(losses(defined(runs[2]))).not.toEqual(losses(defined(runs[0])));
  });

  test('a step that is timed by kernel gives the same numbers; memory is said whenever it changes', async () => {
    const device = await mustOpen(gpu());
    const method = { method: 'randlora', r: 4 };
    const plain = await start(device, method, { steps: 4, accumulate: 2, eval_every: 0 });
    await plain.done;
    const timed = await start(device, method, { steps: 4, accumulate: 2, eval_every: 0 }, null, (event, session) => {
      if (event.type === 'step' && event.point.step === 1) session.time();
    });
    await timed.done;
    expect(losses(timed)).toEqual(losses(plain));
    const { times } = defined(of(timed, 'times')[0]);
    expect(times.step).toBeGreaterThan(0);
    if (device.gpu.features.has('timestamp-query')) {
      expect(times.kernels.map(({ ns }) => ns)).toEqual(times.kernels.map(({ ns }) => ns).sort((a, b) => b - a));
      expect(times.kernels.reduce((sum, { count }) => sum + count, 0)).toBe(defined(of(timed, 'planned')[0]).plan.dispatches);
    } else expect(times.kernels).toEqual([]);
    const points = of(timed, 'memory').map(({ point }) => point);
    expect(points.length).toBeGreaterThan(1);
    expect(points.some(({ bytes }) => JSON.stringify(bytes) === JSON.stringify(defined(of(timed, 'allocated')[0]).bytes))).toBe(true);
    expect(points.every(({ bytes }, i) => i === 0 || JSON.stringify(bytes) !== JSON.stringify(defined(points[i - 1]).bytes))).toBe(true);
    expect(defined(of(timed, 'finished')[0]).summary.variants).toMatchObject({ weights: 'f32' });
  });

  test.each<MethodConfig>([
    { method: 'randlora', r: 8, randlora_dropout: 0.1 },
    { method: 'randlora', r: 8, form: 'merged' },
    { method: 'pvera', r: 8, pvera_dropout: 0.1 },
    { method: 'full' },
  ])('stopped and resumed, $method gives the curve of the uninterrupted run', async (method) => {
    const device = await mustOpen(gpu());
    const train = { crop: true, flip: true, accumulate: 2, lr: 1e-3 };
    const whole = await start(device, method, train);
    await whole.done;
    const first = await start(device, method, train, null, (e, s) => {
      if (e.type === 'step' && e.point.step === 3) s.stop();
    });
    await first.done;
    expect(defined(of(first, 'finished')[0]).reason).toBe('stopped');
    // Merged weights are made once for both micro-batches, and lie where they were planned.
    expect('merged' in defined(of(whole, 'planned')[0]).plan.bytes).toBe(method.form === 'merged');
    expect(defined(of(whole, 'allocated')[0]).bytes).toEqual(defined(of(whole, 'planned')[0]).plan.bytes);
    const saved = of(first, 'checkpoint').at(-1)!;
    const second = await start(device, method, train, saved.bytes);
    await second.done;
    expect(losses(second)).toEqual(losses(whole).slice(saved.step));
    expect(defined(of(second, 'finished')[0]).summary.final).toEqual(defined(of(whole, 'finished')[0]).summary.final);
  });

  test.each([0, 1, 2, 3, 4, 5])('stopped in its evaluation %i, a run goes on with that one, and its test is of the weights that were kept', async (nth) => {
    const device = await mustOpen(gpu());
    const train = { lr: 1e-2, val_fraction: 0.4, ema_decay: 0.5, early_stopping_patience: 9, eval_every: 2 };
    const whole = await start(device, { method: 'lora' }, train);
    await whole.done;
    let seen = 0;
    const first = await start(device, { method: 'lora' }, train, null, (e, s) => {
      if (e.type === 'phase' && e.phase === 'evaluate' && seen++ === nth) s.stop();
    });
    await first.done;
    const saved = of(first, 'checkpoint').at(-1)!;
    const second = await start(device, { method: 'lora' }, train, saved.bytes);
    await second.done;
    const said = (run: Run) => of(run, 'evaluation').map(({ evaluation }) => evaluation);
    expect(said(whole)).toHaveLength(5);
    expect([...said(first), ...said(second)]).toEqual(said(whole));
    expect([...losses(first), ...losses(second)]).toEqual(losses(whole));
    expect(of(second, 'adapter')).toEqual(of(whole, 'adapter'));
  });

  test('a checkpoint of other settings is refused', async () => {
    const device = await mustOpen(gpu());
    const run = await start(device, { method: 'lora' }, { checkpoint_every: 2 });
    await run.done;
    const other = await start(device, { method: 'lora', r: 4 }, {}, defined(of(run, 'checkpoint')[0]).bytes);
    await other.done;
    expect(defined(of(other, 'failed')[0]).error).toMatchObject({ kind: 'bad-input', message: expect.stringMatching(/other settings/) });
  });

  test('pauses, steps once, goes on', async () => {
    const device = await mustOpen(gpu());
    const run = await start(device, { method: 'lora' }, { steps: 6, eval_every: 0 }, null, (e, s) => {
      if (e.type === 'step' && e.point.step === 2) s.pause();
    });
    // It waits at its gate once all that was in flight has been reported.
    const waits = () => vi.waitFor(() => expect(run.session['gate']).toBeTruthy(), { timeout: 200_000, interval: 5 });
    await waits();
    const before = of(run, 'step').length;
    run.session.step();
    await new Promise((done) => setImmediate(done)); // the gate opens
    await waits();
    expect(of(run, 'step')).toHaveLength(before + 1);
    run.session.resume();
    await run.done;
    expect(of(run, 'state').map((e) => e.state)).toEqual(['running', 'paused', 'running']);
    expect(of(run, 'step')).toHaveLength(6);
  });

  test('a pause during the last step holds before what follows it', async () => {
    const device = await mustOpen(gpu());
    const run = await start(device, { method: 'lora' }, { steps: 4, eval_every: 0 }, null, (e, s) => {
      if (e.type === 'phase' && e.phase === 'train' && e.done === 4) s.pause();
    });
    await vi.waitFor(() => expect(run.session['gate']).toBeTruthy(), { timeout: 200_000, interval: 5 });
    expect(of(run, 'step')).toHaveLength(4);
    expect(of(run, 'evaluation')).toEqual([]);
    run.session.resume();
    await run.done;
    expect(of(run, 'evaluation')).toHaveLength(1);
    expect(defined(of(run, 'finished')[0]).reason).toBe('done');
  });

  test('a lost device ends the run with its checkpoint kept, and the next run goes on from it', async () => {
    const device = await mustOpen(gpu());
    const whole = await start(device, { method: 'lora' }, {});
    await whole.done;
    const lost = await mustOpen(gpu());
    const run = await start(lost, { method: 'lora' }, { checkpoint_every: 2 }, null, (e) => {
      if (e.type === 'checkpoint' && e.step === 4) lost.gpu.destroy();
    });
    await run.done;
    expect(defined(of(run, 'failed')[0]).error).toMatchObject({ kind: 'device-lost', kept: expect.stringMatching(/step 4/) });
    const next = await start(await mustOpen(gpu()), { method: 'lora' }, { checkpoint_every: 2 }, of(run, 'checkpoint').at(-1)!.bytes);
    await next.done;
    expect(defined(of(next, 'finished')[0]).reason).toBe('done');
    expect(losses(next)).toEqual(losses(whole).slice(4));
  });

  test.each(['full', 'linear_probe'])('steps of %s whose loss or gradients are not finite are skipped, counted, and give up the run', async (method) => {
    const device = await mustOpen(gpu());
    // lr * weight_decay = 100: every step multiplies the weights by -99 until they overflow.
    const run = await start(device, { method }, { steps: 40, lr: 10, weight_decay: 10, head_lr: 10, max_grad_norm: 0, eval_every: 0, schedule: 'constant', warmup_steps: 0 });
    await run.done;
    const failed = defined(of(run, 'failed')[0]);
    expect(failed.error).toMatchObject({ kind: 'diverged', message: expect.stringMatching(/smaller learning rate/) });
    expect(of(run, 'step').length).toBeLessThan(40);
  });

  test('a held-back share is followed, and the best weights on it are tested once', async () => {
    const device = await mustOpen(gpu());
    const run = await start(device, { method: 'linear_probe' }, { val_fraction: 0.25 });
    await run.done;
    const splits = of(run, 'evaluation').map((e) => e.evaluation.split);
    expect(splits).toEqual(['val', 'val', 'test']);
    expect(defined(of(run, 'finished')[0]).summary.final!.split).toBe('test');
  });

  test('a resumed run knows the best weights from before', async () => {
    const device = await mustOpen(gpu());
    const train = { val_fraction: 0.25, eval_every: 2, checkpoint_every: 2 };
    const whole = await start(device, { method: 'lora' }, train);
    await whole.done;
    const saved = of(whole, 'checkpoint').at(-1)!;
    const resumed = await start(device, { method: 'lora' }, train, saved.bytes);
    await resumed.done;
    const end = (run: Run) => defined(of(run, 'finished')[0]).summary;
    expect(end(resumed).best).toEqual(end(whole).best);
    expect(end(resumed).final).toEqual(end(whole).final);
    expect(defined(of(resumed, 'adapter')[0]).files).toEqual(defined(of(whole, 'adapter')[0]).files);
  });

  test('one class is refused with one sentence', () => {
    const data = tinyData(6, 3);
    const one = { ...data, train: { ...data.train, labels: new Uint16Array(6) } };
    expect(() => runSplits(one, completeTrain(settings))).toThrow(/two classes/);
  });
});
