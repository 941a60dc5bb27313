import { describe, expect, test } from 'vitest';
import { Recorder, type Entry } from '../engine/record';
import { lower } from '../wasm/compiler/lower';
import { parse } from '../wasm/compiler/parse';
import { adamw, clipping } from './adamw';
import { average, averageDecay, exchange } from './average';

/** Recorded entries, without a device. The sizes of `adamw.test.ts` compute the right numbers with too many workgroups as well. */

const options = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: { weights: 0.1, head: 0.01 }, headGroups: ['head'], rates: { weights: 0.25 } };

function recorded(shapes: [group: string, shape: number[]][], body: () => void, maxBinding?: number): { entries: Entry[]; rec: Recorder } {
  const rec = new Recorder({ maxBinding });
  shapes.forEach(([group, shape], i) => rec.param(`p${i}`, shape, group));
  return { rec, entries: rec.program('update', body).entries };
}
/** The flat arrays that an entry's tensors are ranges of, by the names that its kernel has for them. */
const flatsOf = ({ tensors }: Entry) => Object.fromEntries(Object.entries(tensors).flatMap(([name, { storage }]) => (storage.flat ? [[name, storage.flat.name]] : [])));
const of = (entries: readonly Entry[], name: string) => entries.filter(({ kernel }) => kernel.name === name);

/** 4550, 5 and 33 values: 18432, 256 and 256 bytes of the flat, or 1152, 16 and 16 vectors of four. */
const three: [string, number[]][] = [['weights', [70, 65]], ['plain', [5]], ['head', [3, 11]]];

describe('the update of weights', () => {
  test('is one dispatch over all of them: where groups begin, what each decays by and learns at, which learn at the rate of the head', () => {
    const { entries } = recorded(three, () => adamw(options));
    expect(entries.map(({ kernel }) => kernel.name)).toEqual(['grad_norm', 'grad_norm_finish', 'adamw']);
    const [update] = of(entries, 'adamw');
    expect(update?.params).toMatchObject({
      count4: 1184, from1: 1152, from2: 1168, from3: 1184,
      decay0: 0.1, decay1: 0, decay2: 0.01, decay3: 0,
      rate0: 0.25, rate1: 1, rate2: 1, rate3: 1,
      heads: 0b100, beta1: 0.9, beta2: 0.999, rest1: 1 - 0.9, rest2: 1 - 0.999, eps: 1e-8,
    });
    // 64 vectors each.
    expect(update?.grid).toEqual([19, 1, 1]);
  });

  test('takes gradients, weights and both moments of each range', () => {
    const { entries } = recorded(three, () => adamw(options));
    expect(entries.map(flatsOf)).toEqual([{ grad: 'grad' }, {}, { grad: 'grad', weight: 'param', m: 'm', v: 'v' }]);
    expect(entries[1]?.tensors.partial).toMatchObject({ label: 'grad_norm partial', role: 'temp' });
  });

  test('of nothing is nothing, and without rates every group learns at the whole rate', () => {
    expect(recorded([], () => adamw(options)).entries).toEqual([]);
    const [update] = of(recorded(three, () => adamw({ ...options, rates: undefined })).entries, 'adamw');
    expect(update?.params).toMatchObject({ rate0: 1, rate1: 1, rate2: 1, rate3: 1 });
  });

  test('places of a dispatch that no group takes begin behind the range', () => {
    const [update] = of(recorded([['weights', [4]]], () => adamw(options)).entries, 'adamw');
    expect(update?.params).toMatchObject({ count4: 16, from1: 16, from2: 16, from3: 16, decay0: 0.1, rate0: 0.25, decay1: 0, rate1: 1, heads: 0 });
  });

  test('the norm of gradients is added up in parts of 4096 values, those of each buffer behind those of the one before', () => {
    // Buffers of 18432 bytes (two parts: 4608 values), then of 512.
    const { entries, rec } = recorded(three, () => adamw(options), 18432);
    expect(rec.flats.chunks).toEqual([18432, 512]);
    expect(of(entries, 'grad_norm').map(({ params, grid }) => ({ ...params, grid }))).toEqual([{ count4: 1152, first: 0, grid: [2, 1, 1] }, { count4: 32, first: 2, grid: [1, 1, 1] }]);
    const [finish] = of(entries, 'grad_norm_finish');
    expect(finish?.params.parts).toBe(3);
    expect(finish?.grid).toEqual([1, 1, 1]);
    expect(finish?.tensors.partial?.shape).toEqual([3, 2]);
    expect(of(entries, 'adamw').map(({ params }) => params.count4)).toEqual([1152, 32]);
  });

  test('what gradients are clipped by is four numbers that stay from one step to the next', () => {
    const { entries, rec } = recorded(three, () => adamw(options));
    const norm = rec.find('grad_norm');
    expect([norm?.role, norm?.shape]).toEqual(['state', [4]]);
    expect(of(entries, 'adamw')[0]?.tensors.norm).toBe(norm);
    rec.program('again', () => expect(clipping()).toBe(norm));
  });
});

test('kernels have every function that they call', () => {
  const { entries } = recorded(three, () => {
    adamw(options);
    average();
    exchange();
  });
  const kernels = new Map(entries.map(({ kernel }) => [kernel.name, kernel.text]));
  expect([...kernels.keys()]).toEqual(['grad_norm', 'grad_norm_finish', 'adamw', 'average', 'exchange']);
  for (const [name, text] of kernels) expect(() => lower(parse(text)), name).not.toThrow();
});

describe('averages', () => {
  test('of all weights move and change places in one dispatch for each range', () => {
    const both = () => {
      average();
      exchange();
    };
    const { entries } = recorded(three, both, 18432);
    const each = (name: string) => of(entries, name).map(({ params, grid, tensors }) => [params, grid, Object.keys(tensors)]);
    expect(each('average')).toEqual([[{ count4: 1152 }, [18, 1, 1], ['weight', 'norm', 'average']], [{ count4: 32 }, [1, 1, 1], ['weight', 'norm', 'average']]]);
    expect(each('exchange')).toEqual([[{ count4: 1152 }, [18, 1, 1], ['a', 'b']], [{ count4: 32 }, [1, 1, 1], ['a', 'b']]]);
    const [first] = of(entries, 'exchange');
    const [moved, changed] = [{ weight: 'param', average: 'average' }, { a: 'param', b: 'average' }];
    expect(entries.map(flatsOf)).toEqual([moved, moved, changed, changed]);
    expect(of(entries, 'average')[0]?.tensors.average).toBe(first?.tensors.b);
  });

  test('decay as tf.train.ExponentialMovingAverage does with num_updates', () => {
    expect([0, 1, 8, 1000].map((t) => averageDecay(0.99, t))).toEqual([0.1, 2 / 11, 0.5, 0.99]);
  });
});
