import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import type { StepScalars } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import { biasCorrections } from '../optim/schedule';
import type { HostBatch } from '../tasks/task';
import { completeTrain } from './config';
import { Clock, DivergedError, Loop, type LoopEvent } from './loop';
import type { Programs } from './programs';
import type { TrainConfig } from './protocol';

/** Writes, programs and reports of a step, without a device. */
let now = 0;
afterEach(() => {
  vi.restoreAllMocks();
  now = 0;
});
const setClock = () => vi.spyOn(performance, 'now').mockImplementation(() => now);

describe('a clock', () => {
  /** Milliseconds of each step, as the clock was found after it. */
  const ticks = (clock: Clock, ...steps: number[]) =>
    steps.map((took) => {
      now += took;
      return clock.tick();
    });

  test('counts the time of steps, and none between them', () => {
    setClock();
    const clock = new Clock(8);
    expect([clock.imagesPerSecond, clock.secondsLeft(0), clock.secondsLeft(3)]).toEqual([0, 0, NaN]);
    expect(ticks(clock, 100, 300)).toEqual([100, 300]);
    now += 5000;
    clock.skip();
    expect(ticks(clock, 200)).toEqual([200]);
    expect([clock.secondsLeft(5), clock.step]).toEqual([NaN, 0.25]);
    ticks(clock, 900);
    expect([clock.seconds, clock.imagesPerSecond, clock.secondsLeft(5)].map((n) => Number(n.toFixed(9)))).toEqual([1.5, 21.333333333, 1.5]);
  });

  test.each<[string, number[], number[]]>([
    ['set back', [100, 300, -1], [100, 300, 200]], ['set back in the first step', [-5, 100], [0, 100]], ['asleep in the first step, as far as can be known', [70_000], [70_000]],
    ['a long step', [100, 60_000], [100, 60_000]], ['asleep', [100, 60_001], [100, 100]], ['a step as long as twenty of the long ones before', [4000, 80_000], [4000, 80_000]], ['asleep for longer', [4000, 80_001], [4000, 4000]],
    ['no time at all', [100, 0], [100, 0]],
  ])('%s', (_, steps, counted) => {
    setClock();
    expect(ticks(new Clock(1), ...steps)).toEqual(counted);
  });
});

const tensor = (label: string, count = 1, dtype = 'f32'): Tensor => ({ label, dtype, storage: { bytes: 4 * count } }) as unknown as Tensor;
const program = (name: string, ...kernels: string[]): Program => ({ name, entries: kernels.map((kernel) => ({ kernel, label: `${name} ${kernel}` })) }) as unknown as Program;

interface Options {
  train?: Partial<TrainConfig>;
  parts?: number;
  once?: boolean;
  counted?: (batch: HostBatch) => number;
  classWeights?: Float32Array;
  afterStep?: boolean;
  total?: number;
  skipped?: number;
  timestamps?: boolean;
  completes?: boolean;
}

/** Numbers that the device returns for a step: loss, right ones, rows that count, norm, and steps skipped so far. */
type Metrics = [loss: number, correct: number, counted: number, norm: number, skipped: number];

/** A loop of programs that do nothing; labels of micro-batch n are n and n + 1. */
function looping({ train = {}, parts = 1, once = false, counted, classWeights, afterStep = false, total = 100, skipped, timestamps = false, completes = true }: Options = {}) {
  setClock();
  const log: unknown[] = [];
  const steps: StepScalars[] = [];
  const written: [string, number[]][] = [];
  const events: LoopEvent[] = [];
  const answers: (Metrics | Error | Promise<Metrics>)[] = [];
  const labels = tensor('labels', 2, 'u32');
  const weights = tensor('class weights', 3);
  const gpu = {
    features: new Set(timestamps ? ['timestamp-query'] : []), pushErrorScope: () => {}, popErrorScope: async () => null, createQuerySet: () => ({ destroy: () => {} }), queue: { submit: () => {} },
    createCommandEncoder: () => ({ resolveQuerySet: () => {}, copyBufferToBuffer: () => {}, finish: () => {} }),
  };
  const buffer = { mapAsync: async () => {}, unmap: () => {}, getMappedRange: () => BigUint64Array.of(0n, 5n, 10n, 17n, 20n, 50n, 60n, 61n).buffer };
  const machine = {
    device: { gpu, wait: (done: Promise<unknown>) => done, createBuffer: () => buffer, destroyBuffer: () => {} },
    encodeTimed: ({ name }: { name: string }) => log.push(`timed ${name}`),
    formOf: ({ entries }: { entries: { kernel: string }[] }, i: number) => ({ kernel: { name: entries[i]?.kernel } }),
    run: async ({ name }: { name: string }, signal?: AbortSignal) => {
      log.push(signal ? `${name}, until it is stopped` : name);
      signal?.throwIfAborted();
    },
    setStep: (step: StepScalars) => steps.push(step),
    write: ({ label }: Tensor, data: Float32Array) => written.push([label, [...data]]),
    readLate: async () => {
      const next = (await answers.shift()) ?? [1, 1, 2, 0.5, 0];
      if (next instanceof Error) throw next;
      now += 10;
      const ring = new Float32Array(64);
      ring.set(next, 8 * ((steps.at(-1)?.slot ?? 0) % 8));
      return ring;
    },
    idle: async () => void log.push('idle'),
  } as unknown as Machine;
  const programs = {
    inputs: { labels }, objective: { ...(counted && { counted }) }, once: once ? program('once', 'c') : null, train: program('train', 'a', 'b', 'a'), update: program('update', 'b'), classWeights: classWeights ? weights : null, metrics: tensor('metrics'),
  } as unknown as Programs;
  const filled: number[] = [];
  const completed: number[] = [];
  const labelsAt = (at: number) => [at, at + 1];
  const input = {
    train: completeTrain({ batch: 2, steps: total, warmup_steps: 4, schedule: 'linear', lr: 0.5, head_lr: 0.25, seed: 9, max_grad_norm: 3, ...train }),
    adapted: { config: { method: 'lora' }, model: {} as never, afterStep: afterStep ? { numbers: (step: number, of: number) => [step, of] as [number, number], record: () => {} } : null } as unknown as ConstructorParameters<typeof Loop>[3]['adapted'],
    batches: { count: 50, steps: null, labels: [], labelsAt, fill: async (at: number, batch: HostBatch) => void (filled.push(at), batch.labels?.set(labelsAt(at))) },
    task: completes ? { complete: (_: HostBatch, at: number) => void completed.push(at) } : {}, parts, averageRest: (index: number) => index / 10, ...(classWeights && { classWeights }),
  };
  const loop = new Loop((event) => events.push(event), machine, programs, input, { total, warmup: 4 }, new Clock(2 * input.train.accumulate), skipped);
  const signal = new AbortController();
  return { loop, log, steps, written, events, answers, filled, completed, stop: () => signal.abort(), step: (index: number, timed?: boolean) => loop.step(index, signal.signal, timed) };
}

describe('a step', () => {
  test('fills a batch, runs it, and updates whatever happens meanwhile', async () => {
    const of = looping({ once: true });
    await of.step(2);
    expect(of.log).toEqual(['once, until it is stopped', 'train, until it is stopped', 'update']);
    expect([of.filled, of.completed, of.written]).toEqual([[2], [2], [['labels', [2, 3]]]]);
    // Two of four steps of the warm-up.
    expect(of.steps).toEqual([{ seed: 9, slot: 2, lr: 0.25, headLr: 0.125, ...biasCorrections(3, 0.9, 0.999), update: 3, invCount: 1 / 2, maxNorm: 3, averageRest: 0.2, after: [0, 0], index: 2, part: 0, micro: 0 }]);
    of.stop();
    await expect(of.step(3)).rejects.toThrow(/abort/i);
    expect(of.log.slice(3)).toEqual(['once, until it is stopped']);
  });

  test('is of several batches, each in its parts', async () => {
    const of = looping({ train: { accumulate: 2 }, parts: 3, afterStep: true });
    await of.step(9);
    expect(of.filled).toEqual([54, 55, 56, 57, 58, 59]);
    expect(of.completed).toEqual(of.filled);
    expect(of.steps.map(({ index, part, micro }) => [index, part, micro])).toEqual([[18, 0, 0], [18, 1, 1], [18, 2, 2], [19, 0, 3], [19, 1, 4], [19, 2, 5]]);
    expect(new Set(of.steps.map(({ slot, invCount, lr, after }) => JSON.stringify([slot, invCount, lr, after])))).toEqual(new Set([JSON.stringify([1, 1 / 4, 0.5 * (1 - 5 / 96), [9, 100]])]));
    expect(of.log.filter((name) => name === 'update')).toHaveLength(1);
  });

  test('counts the rows that its loss counts, over all its batches', async () => {
    const of = looping({ train: { accumulate: 2 }, parts: 2, counted: ({ labels }) => Number(labels?.[1]) });
    await of.step(1);
    // Of batches 4 to 7: labels 5, 6, 7 and 8.
    expect(of.steps.map(({ invCount }) => invCount)).toEqual(new Array(4).fill(1 / 26));
    const none = looping({ counted: () => 0 });
    await none.step(0);
    expect(none.steps.map(({ invCount }) => invCount)).toEqual([1]);
  });

  test('is weighed by its own classes', async () => {
    const of = looping({ train: { accumulate: 2 }, parts: 2, classWeights: Float32Array.of(1, 1, 1, 1, 9, 1, 1, 1, 1) });
    await of.step(1);
    // Labels 4 and 5, 5 and 6, 6 and 7, 7 and 8: eight rows of weights that sum to 16.
    expect(of.written[0]).toEqual(['class weights', [0.5, 0.5, 0.5, 0.5, 4.5, 0.5, 0.5, 0.5, 0.5]]);
    expect(of.written).toHaveLength(5);
  });

  test('is timed by kernel where the device can, and then only', async () => {
    const of = looping({ timestamps: true, once: true });
    await of.step(0, true);
    expect(of.log).toEqual(['idle', 'timed once', 'timed train', 'timed train', 'timed train', 'timed update']);
    expect(of.events[0]).toEqual({ type: 'times', times: { step: 1, kernels: [{ kernel: 'a', count: 2, ns: 35 }, { kernel: 'b', count: 2, ns: 12 }, { kernel: 'c', count: 1, ns: 5 }] } });
    await of.step(1);
    expect(of.log.slice(6)).toEqual(['once, until it is stopped', 'train, until it is stopped', 'update']);
    await of.loop.flush();
    expect(of.events.map(({ type }) => type)).toEqual(['times', 'step', 'step']);
    const without = looping({ completes: false });
    await without.step(0, true);
    expect([without.log, without.events[0]]).toEqual([['idle', 'train, until it is stopped', 'update'], { type: 'times', times: { step: 1, kernels: [] } }]);
  });
});

describe('numbers of a step', () => {
  test('are reported when they have come', async () => {
    const of = looping();
    of.answers.push([0.75, 3, 4, 1.5, 0], [0.5, 0, 0, 1, 1]);
    await of.step(2);
    await of.loop.flush();
    await of.step(3);
    await of.loop.flush();
    expect(of.events).toEqual([
      { type: 'step', point: { step: 3, loss: 0.75, accuracy: 0.75, lr: 0.25, grad_norm: 1.5, ms: 10 }, images_per_second: 200, seconds_left: NaN },
      { type: 'step', point: { step: 4, loss: 0.5, accuracy: 0, lr: 0.375, grad_norm: 1, ms: 10 }, images_per_second: 200, seconds_left: NaN },
    ]);
    expect([of.loop.skipped, of.log.filter((name) => name === 'idle').length]).toEqual([1, 2]);
  });

  test('are waited for where too many are on their way', async () => {
    const of = looping();
    let free = (_: Metrics) => {};
    of.answers.push(new Promise((done) => (free = done)));
    for (let i = 0; i < 4; i++) await of.step(i);
    let through = false;
    const fifth = of.step(4).then(() => (through = true));
    for (let i = 0; i < 50; i++) await Promise.resolve();
    expect(through).toBe(false);
    free([1, 1, 2, 1, 0]);
    await fifth;
  });

  const skippedOnes = (from: number, count: number): Metrics[] => Array.from({ length: count }, (_, i) => [NaN, 0, 2, NaN, from + i + 1]);
  test('end a run by ten skipped steps in a row, counted from its checkpoint', async () => {
    const of = looping({ skipped: 4 });
    of.answers.push([1, 1, 2, 1, 4], ...skippedOnes(4, 9), [1, 1, 2, 1, 13], ...skippedOnes(13, 10));
    for (let i = 0; i < 20; i++) {
      await of.step(i);
      await of.loop.flush();
    }
    await of.step(20);
    await expect(of.loop.flush()).rejects.toThrow(DivergedError);
    await expect(of.step(21)).rejects.toMatchObject({ name: 'DivergedError', message: expect.stringMatching(/up to step 21 /) as string });
    expect([of.loop.skipped, of.steps.length]).toEqual([23, 21]);
  });

  test('that cannot be read end it by what went wrong first', async () => {
    const of = looping();
    of.answers.push(new RangeError('lost'), new Error('later'));
    await of.step(0);
    await of.step(1);
    await expect(of.loop.flush()).rejects.toThrow('lost');
    await expect(of.step(2)).rejects.toThrow(RangeError);
  });
});
