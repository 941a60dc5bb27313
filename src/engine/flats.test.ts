import { describe, expect, test } from 'vitest';
import { there } from '../testing/there';
import { FlatLayout } from './flats';
import { Recorder } from './record';

/** A layout of parameters, each given as its group and how many floats it has. */
function laid(maxBytes: number, ...of: [group: string, floats: number][]) {
  const rec = new Recorder({ maxBinding: maxBytes });
  const params = of.map(([group, floats], i) => rec.param(`p${i}`, [floats], group));
  const ranges = rec.flats.seal();
  return { rec, params, ranges, chunks: rec.flats.chunks, places: params.map((t) => rec.flats.placeOf(t)) };
}

describe('the layout of parameters', () => {
  test('goes group by group, in the order in which groups came, each at a multiple of 256 bytes', () => {
    const { ranges, chunks, places, params, rec } = laid(2 ** 20, ['a', 1], ['b', 65], ['a', 64], ['b', 3]);
    expect(places).toEqual([{ name: 'param', chunk: 0, offset: 0 }, { name: 'param', chunk: 0, offset: 512 }, { name: 'param', chunk: 0, offset: 256 }, { name: 'param', chunk: 0, offset: 1024 }]);
    expect(ranges).toEqual([{ chunk: 0, offset: 0, bytes: 1280, groups: [{ group: 'a', from: 0 }, { group: 'b', from: 512 }] }]);
    expect(chunks).toEqual([1280]);
    expect(params.map((t) => rec.paramGrad(t).storage.flat)).toEqual(places.map((place) => ({ ...place, name: 'grad' })));
    expect(rec.flats.params().map(({ group, tensor }) => [group, tensor])).toEqual([['a', params[0]], ['b', params[1]], ['a', params[2]], ['b', params[3]]]);
  });

  test('begins another buffer where one binding would not hold it, and never for what just fits', () => {
    const { ranges, chunks, places } = laid(1024, ['a', 64], ['a', 192], ['b', 64], ['b', 128], ['b', 65]);
    expect(chunks).toEqual([1024, 768, 512]);
    expect(places.map(({ chunk, offset }) => [chunk, offset])).toEqual([[0, 0], [0, 256], [1, 0], [1, 256], [2, 0]]);
    expect(ranges).toEqual([
      { chunk: 0, offset: 0, bytes: 1024, groups: [{ group: 'a', from: 0 }] },
      { chunk: 1, offset: 0, bytes: 768, groups: [{ group: 'b', from: 0 }] },
      { chunk: 2, offset: 0, bytes: 512, groups: [{ group: 'b', from: 0 }] },
    ]);
  });

  test('cuts what is too large for one binding into pieces of its own buffer, at multiples of 256 bytes', () => {
    const groups = [{ group: 'a', from: 0 }];
    const { ranges, chunks, places } = laid(1100, ['a', 64], ['a', 600], ['a', 64]);
    expect(chunks).toEqual([256, 2560, 256]);
    expect(places.map(({ chunk, offset }) => [chunk, offset])).toEqual([[0, 0], [1, 0], [2, 0]]);
    expect(ranges).toEqual([
      { chunk: 0, offset: 0, bytes: 256, groups },
      { chunk: 1, offset: 0, bytes: 1024, piece: 1, groups },
      { chunk: 1, offset: 1024, bytes: 1024, piece: 2, groups },
      { chunk: 1, offset: 2048, bytes: 512, piece: 3, groups },
      { chunk: 2, offset: 0, bytes: 256, groups },
    ]);
    expect(laid(1100, ['a', 512]).ranges).toEqual([{ chunk: 0, offset: 0, bytes: 1024, piece: 1, groups }, { chunk: 0, offset: 1024, bytes: 1024, piece: 2, groups }]);
    // As much as one binding takes, with what fills it up, is one piece.
    expect(laid(1100, ['a', 256]).ranges).toEqual([{ chunk: 0, offset: 0, bytes: 1024, groups }]);
  });

  test('gives one dispatch no more than four groups', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const four = (of: string[]) => of.map((group, i) => ({ group, from: 256 * i }));
    expect(laid(2 ** 20, ...names.slice(0, 4).map((group): [string, number] => [group, 64])).ranges).toEqual([{ chunk: 0, offset: 0, bytes: 1024, groups: four(names.slice(0, 4)) }]);
    const { ranges } = laid(2 ** 20, ...names.map((group): [string, number] => [group, 64]));
    expect(ranges).toEqual([
      { chunk: 0, offset: 0, bytes: 1024, piece: 1, groups: four(names.slice(0, 4)) },
      { chunk: 0, offset: 1024, bytes: 1024, piece: 2, groups: four(names.slice(4, 8)) },
      { chunk: 0, offset: 2048, bytes: 256, piece: 3, groups: four(names.slice(8)) },
    ]);
  });

  test('is one behind the other for members of a stack, which count as they would by themselves', () => {
    const rec = new Recorder({ align: 32 });
    const stack = there(rec.stack(['s', 't'], [8], { group: 'a' }));
    const other = rec.param('o', [2], 'a');
    expect(rec.flats.seal()).toEqual([{ chunk: 0, offset: 0, bytes: 768, groups: [{ group: 'a', from: 0 }] }]);
    expect([stack, there(rec.find('s')), there(rec.find('t')), other].map((t) => rec.flats.placeOf(t).offset)).toEqual([0, 0, 32, 512]);
    expect(rec.flats.params().map(({ tensor }) => tensor.label)).toEqual(['s', 't', 'o']);
    // In the second buffer as well.
    const small = new Recorder({ maxBinding: 512, align: 32 });
    small.param('first', [128], 'a');
    small.stack(['s', 't'], [8], { group: 'a' });
    small.flats.seal();
    expect(small.flats.placeOf(there(small.find('t')))).toEqual({ chunk: 1, offset: 32 });
  });

  test('is fixed once: nothing comes after it, and it is given again', () => {
    const { rec, ranges, chunks } = laid(2 ** 20, ['a', 1]);
    expect(rec.flats.seal()).toBe(ranges);
    expect(rec.flats.chunks).toBe(chunks);
    expect(chunks).toHaveLength(1);
    expect(() => rec.param('late', [1], 'a')).toThrow(expect.objectContaining({ kind: 'shape' }));
    const empty = new FlatLayout(1024);
    expect([empty.seal(), empty.chunks]).toEqual([[], []]);
  });
});
