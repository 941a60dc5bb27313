import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { applyEdits, countChanges, countEdits, noEdits, parseEdits, withDisabled, withDisabledClass, withLabel, withReading, withSplit, type Edits } from './edits';
import { listedDataset } from './listed';
import { DataError, type Dataset, type Split } from './source';
import { nameOf, subset } from './split';

let decoded = 0;
const classes = ['ant', 'bee', 'cat'];
/** Images whose pixel tells which they are. */
function images(count: number, from: number): Split {
  return {
    count,
    labels: Uint16Array.from({ length: count }, (_, i) => (from + i) % 3),
    name: (i) => `${from + i}.png`,
    image(i) {
      decoded++;
      return { width: 1, height: 1, data: Uint8Array.of(from + i, 0, 0) };
    },
  };
}
const set = (change: Partial<Dataset> = {}): Dataset => ({ name: 's', title: 's', classes, licence: '', source: '', train: images(30, 0), test: images(12, 30), ...change });
const show = (d: Dataset, part: 'train' | 'val' | 'test') => Array.from({ length: d[part]?.count ?? 0 }, (_, i) => `${nameOf(defined(d[part]), i)} ${d.classes[defined(defined(d[part]).labels[i])]}`);
const all = (d: Dataset) => (['train', 'val', 'test'] as const).flatMap((p) => show(d, p).map((s) => `${p} ${s}`));

describe('edits', () => {
  test('nothing changes nothing, and undo is the object before', () => {
    const data = set();
    expect(applyEdits(data, noEdits).dataset).toBe(data);
    const once = withDisabled(noEdits, '3.png', true);
    expect(withDisabled(once, '3.png', false)).toEqual(noEdits);
    expect(withLabel(withLabel(once, '4.png', 'cat'), '4.png', null)).toEqual(once);
    expect(noEdits.disabled).toEqual([]);
  });

  test('pictures without a label are trained on once they have one, and never tested on', () => {
    const pool = images(4, 50);
    const data = set({ unlabelled: { count: 4, name: (i) => nameOf(pool, i), image: (i) => pool.image(i) } });
    const labelled = withLabel(withLabel(withLabel(noEdits, '51.png', 'cat'), '53.png', 'ant'), '50.png', 'bee');
    const { dataset, unused } = applyEdits(data, labelled);
    expect(unused).toEqual([]);
    expect(show(dataset, 'train')).toEqual([...show(data, 'train'), '50.png bee', '51.png cat', '53.png ant']);
    expect(show(dataset, 'test')).toEqual(show(data, 'test'));
    // Left out, of a class that is left out, taken back, or parted anew: the others stay.
    expect(show(applyEdits(data, withDisabled(labelled, '51.png', true)).dataset, 'train').slice(-2)).toEqual(['50.png bee', '53.png ant']);
    expect(show(applyEdits(data, withDisabledClass(labelled, 'ant', true)).dataset, 'train').slice(-2)).toEqual(['50.png bee', '51.png cat']);
    expect(show(applyEdits(data, withLabel(labelled, '50.png', null)).dataset, 'train').slice(-2)).toEqual(['51.png cat', '53.png ant']);
    const parted = applyEdits({ ...data, seeded: true }, withSplit(labelled, 3, 0.5)).dataset;
    expect(show(parted, 'train').slice(-3)).toEqual(['50.png bee', '51.png cat', '53.png ant']);
    expect(show(parted, 'test').join()).not.toMatch(/5[0-3]/);
    expect(applyEdits(data, withDisabled(noEdits, '52.png', true))).toMatchObject({ unused: [], dataset: { train: { count: 30 } } });
  });

  test('images and classes are left out, labels are changed, nothing is decoded', async () => {
    let edits = withDisabled(noEdits, '3.png', true);
    edits = withDisabled(edits, '31.png', true);
    edits = withLabel(edits, '1.png', 'cat');
    edits = withLabel(edits, '0.png', 'bee');
    edits = withDisabledClass(edits, 'ant', true);
    decoded = 0;
    const { dataset, unused } = applyEdits(set(), edits);
    expect(decoded).toBe(0);
    expect(unused).toEqual([]);
    expect(dataset.classes).toEqual(['bee', 'cat']);
    expect(show(dataset, 'train').slice(0, 5)).toEqual(['0.png bee', '1.png cat', '2.png cat', '4.png bee', '5.png cat']);
    expect(show(dataset, 'test').slice(0, 2)).toEqual(['32.png cat', '34.png bee']);
    expect((await dataset.train.image(3)).data[0]).toBe(4);
  });

  test('what is gone is told; what would leave nothing is refused', () => {
    const edits = withDisabledClass(withLabel(withLabel(withDisabled(noEdits, 'x.png', true), '1.png', 'dog'), 'y.png', 'ant'), 'eel', true);
    expect(applyEdits(set(), { ...edits, split: { seed: 1, train: 0.5, val: 0, test: 0.5 } }).unused).toEqual([
      'The set brings its own split into training and test examples, which stays.',
      'There is no class "eel" to leave out.',
      'There is no class "dog" for 1.png.',
      'There is no example "x.png" any more.',
      'There is no example "y.png" any more.',
    ]);
    expect(() => applyEdits(set(), { ...noEdits, disabled_classes: ['ant', 'bee'] })).toThrow(/only one class \(cat\)/);
  });

  test('seeded shares: of each class, the same in whatever order, unmoved by other edits', () => {
    const split = { seed: 5, train: 0.5, val: 0.2, test: 0.3 };
    const data = set({ seeded: true });
    const { dataset } = applyEdits(data, { ...noEdits, split });
    expect([dataset.train.count, dataset.val!.count, dataset.test.count]).toEqual([21, 9, 12]);
    expect(all(dataset).map((s) => s.slice(s.indexOf(' '))).sort()).toEqual([...show(data, 'train'), ...show(data, 'test')].map((s) => ` ${s}`).sort());
    const turned = set({ seeded: true, train: subset(images(30, 0), Array.from({ length: 30 }, (_, i) => 29 - i)) });
    expect(all(applyEdits(turned, { ...noEdits, split }).dataset).sort()).toEqual(all(dataset).sort());
    const fewer = applyEdits(data, { ...withDisabled(noEdits, '8.png', true), split }).dataset;
    expect(all(fewer)).toEqual(all(dataset).filter((s) => !s.includes(' 8.png ')));
    expect(all(applyEdits(data, { ...noEdits, split: { ...split, seed: 6 } }).dataset)).not.toEqual(all(dataset));
    expect(applyEdits(data, { ...noEdits, split: { seed: 0, train: 0.75, val: 0, test: 0.25 } }).dataset.val).toBeUndefined();
  });

  test('a set without splits is parted as opened until another share or seed is asked for', () => {
    const items = Array.from({ length: 43 }, (_, i) => ({ name: `${i}.png`, part: 'train' as const, label: defined(classes[i % 3 && 1 + (i % 2)]), read: () => Promise.resolve(new Uint8Array()) }));
    const opened = listedDataset('s', items, () => Promise.reject(new Error('decoded')));
    const tested = (edits: Edits) => show(applyEdits(opened, edits).dataset, 'test').sort();
    expect(withSplit(noEdits, 0, 0.2)).toEqual(noEdits);
    expect(tested({ ...noEdits, split: { seed: 0, train: 0.8, val: 0, test: 0.2 } })).toEqual(tested(noEdits));
    expect(tested(withSplit(noEdits, 1, 0.2))).not.toEqual(tested(noEdits));
    expect(tested(withSplit(noEdits, 1, 0.4)).length).toBe(18);
    // However small or large the share: each class keeps something on both sides.
    for (const share of [0.01, 0.99]) {
      const { train, test } = applyEdits(opened, parseEdits(withSplit(noEdits, 3, share))).dataset;
      for (const split of [train, test]) expect(new Set(split.labels).size).toBe(3);
    }
  });

  test('any edits survive JSON, and any JSON is edits or a DataError', () => {
    const word = fc.string({ maxLength: 8 });
    const edits: fc.Arbitrary<Edits> = fc.record({
      version: fc.constant(1 as const),
      disabled_classes: fc.array(fc.oneof(word, fc.constantFrom(...classes))),
      disabled: fc.array(fc.oneof(word, fc.constantFrom('1.png', '2.png', '__proto__'))),
      relabelled: fc.array(fc.tuple(fc.oneof(word, fc.constantFrom('4.png', '5.png')), fc.constantFrom(...classes, 'constructor'))),
      split: fc.constantFrom(null, { seed: 3, train: 0.5, val: 0.25, test: 0.25 }),
    });
    fc.assert(
      fc.property(edits, (e) => {
        expect(parseEdits(JSON.stringify(e))).toEqual(e);
        try {
          const { dataset } = applyEdits(set({ seeded: true }), e);
          for (const part of ['train', 'test'] as const) for (const label of dataset[part].labels) expect(label).toBeLessThan(dataset.classes.length);
          expect(dataset.train.count + dataset.test.count + (dataset.val?.count ?? 0)).toBeLessThanOrEqual(42);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.jsonValue().map((v) => JSON.stringify({ ...noEdits, split: v }))), (text) => {
        try {
          parseEdits(text);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }),
    );
    expect(() => parseEdits({ ...noEdits, split: { seed: 0, train: 0.5, val: 0.5, test: 0.5 } })).toThrow('sum to 1.5; they must sum to 1');
    expect(() => parseEdits({ ...noEdits, disabled: [1] })).toThrow('"disabled.0"');
  });
});

describe('one by one', () => {
  const two = withDisabledClass(withDisabledClass(withDisabled(withDisabled(noEdits, 'a', true), 'b', true), 'x', true), 'y', true);

  test('what is left out twice is left out once, and others stay', () => {
    const again = withDisabledClass(withDisabled(two, 'a', true), 'x', true);
    expect([again.disabled, again.disabled_classes]).toEqual([['b', 'a'], ['y', 'x']]);
    const used = withDisabledClass(withDisabled(two, 'a', false), 'x', false);
    expect([used.disabled, used.disabled_classes]).toEqual([['b'], ['y']]);
  });

  test('a split as it is where nobody says otherwise is none', () => {
    expect([withSplit(noEdits, 0, 0.2), withSplit(noEdits, 1, 0.2), withSplit(noEdits, 0, 0.25)].map(({ split }) => split)).toEqual([null, { seed: 1, train: 0.8, val: 0, test: 0.2 }, { seed: 0, train: 0.75, val: 0, test: 0.25 }]);
  });

  test('texts that are read otherwise have other classes, and are left out and tested on as before', () => {
    const edits = withSplit(withLabel(two, 'c', 'z'), 1, 0.2);
    const read = { columns: { text: 'title' } };
    expect(withReading(edits, read)).toEqual({ ...edits, disabled_classes: [], relabelled: [], read });
    expect(withReading(withReading(edits, read), undefined)).toEqual({ ...edits, disabled_classes: [], relabelled: [] });
    expect('read' in withReading({ ...edits, read }, undefined)).toBe(false);
  });

  test('are counted', () => {
    const edits = withSplit(withLabel(withDisabled(two, 'c', true), 'd', 'z'), 1, 0.2);
    expect([noEdits, two, edits, { ...edits, read: {} }].map((one) => [countChanges(one), countEdits(one)])).toEqual([[0, 0], [4, 4], [7, 7], [7, 8]]);
  });

  const shares = { seed: 0, train: 0.5, val: 0, test: 0.5 };
  test.each<[string, unknown]>([
    ['a large seed', { ...noEdits, split: { ...shares, seed: 2 ** 32 - 1 } }], ['shares that sum to nearly 1', { ...noEdits, split: { ...shares, val: 5e-7 } }], ['long names', { ...noEdits, disabled: ['x'.repeat(4096)] }],
    ['all that is said of reading', { ...noEdits, read: { reads: 'text', columns: { text: 'a', pair: 'b', label: 'c' }, prompt: '{a}', answer: '{b}', choices: 'c' } }],
  ])('%s is taken from a file', (_, edits) => {
    expect(parseEdits(edits)).toEqual(edits);
    expect(parseEdits(JSON.stringify(edits))).toEqual(edits);
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /not valid JSON/], ['a number', '3', /^The edits of the data set: [^"]+$/], ['a later version', { ...noEdits, version: 2 }, /"version"/], ['a seed too large', { ...noEdits, split: { ...shares, seed: 2 ** 32 } }, /"split\.seed"/], ['half a seed', { ...noEdits, split: { ...shares, seed: 0.5 } }, /"split\.seed"/],
    ['a share below 0', { ...noEdits, split: { ...shares, val: -1 } }, /"split\.val"/], ['shares that sum to more', { ...noEdits, split: { ...shares, val: 2e-6 } }, /must sum to 1/], ['to less', { ...noEdits, split: { ...shares, train: 0.4 } }, /sum to 0\.9/],
    ['none to train on', { ...noEdits, split: { seed: 0, train: 0, val: 0.5, test: 0.5 } }, /above 0/], ['none to test on', { ...noEdits, split: { seed: 0, train: 0.5, val: 0.5, test: 0 } }, /above 0/], ['too long a name', { ...noEdits, disabled: ['x'.repeat(4097)] }, /"disabled\.0"/],
    ['a column that is a number', { ...noEdits, read: { columns: { label: 3 } } }, /"read\.columns\.label"/], ['another pair', { ...noEdits, read: { columns: { pair: [] } } }, /"read\.columns\.pair"/], ['another text', { ...noEdits, read: { columns: { text: null } } }, /"read\.columns\.text"/], ['another kind', { ...noEdits, read: { reads: 'x' } }, /"read\.reads"/],
    ['a prompt that is none', { ...noEdits, read: { prompt: 1 } }, /"read\.prompt"/],
  ])('%s is refused', (_, edits, message) => {
    expect(() => parseEdits(edits)).toThrow(DataError);
    expect(() => parseEdits(edits)).toThrow(message);
  });

  test('nothing is unused where nothing is changed, and no name is asked for where none is needed', () => {
    expect(applyEdits(set(), noEdits).unused).toEqual([]);
    const named = { ...images(30, 0), name: () => expect.fail('a name may be made of all pixels') };
    expect(applyEdits(set({ train: named }), withDisabledClass(noEdits, 'ant', true)).dataset.train.count).toBe(20);
  });

  test('validation images of which none are left are no split', () => {
    const { dataset } = applyEdits(set({ val: images(1, 50) }), withDisabled(noEdits, '50.png', true));
    expect(['val' in dataset, dataset.train.count]).toEqual([false, 30]);
    expect('val' in applyEdits(set({ seeded: true, val: images(1, 50) }), { ...noEdits, split: shares }).dataset).toBe(false);
    expect(applyEdits(set({ val: images(2, 50) }), withDisabled(noEdits, '50.png', true)).dataset.val?.count).toBe(1);
  });

  test('of parted images and texts each is its own', async () => {
    const { dataset } = applyEdits(set({ seeded: true, val: images(3, 42) }), { ...noEdits, split: { seed: 1, train: 0.5, val: 0.2, test: 0.3 } });
    for (const part of ['train', 'val', 'test'] as const) {
      const split = defined(dataset[part]);
      expect([split.count > 0, split.text]).toEqual([true, undefined]);
      for (let i = 0; i < split.count; i++) expect(`${(await split.image(i)).data[0]}.png`).toBe(nameOf(split, i));
    }
    const text = (from: number, count: number): Split => ({ ...images(count, from), text: (i) => ({ first: `${from + i}.png`, second: null }) });
    const texts = applyEdits(set({ seeded: true, train: text(0, 12), test: text(12, 6) }), { ...noEdits, split: shares }).dataset;
    for (const split of [texts.train, texts.test]) for (let i = 0; i < split.count; i++) expect(split.text?.(i).first).toBe(nameOf(split, i));
  });

  test('what has no classes keeps all that is not left out, however little can be told apart', () => {
    const numbers = { ...set({ classes: [] }), columns: { text: 'a', label: 'b' }, labels: 'numbers' } as Dataset;
    expect(applyEdits(numbers, withDisabled(noEdits, '3.png', true)).dataset.train.count).toBe(29);
  });
});
