import { expect, test } from 'vitest';
import { noEdits, usualSplit, withDisabled, withDisabledClass, withLabel, withReading, withSplit, type Edits } from '../data/edits.meta';
import { completeTrain, fingerprint } from './config';
import type { RunSpec } from './protocol';
import { runPrint } from './runPrint';

const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train: completeTrain({ steps: 2, seed: 3 }) };
const of = (edits?: Edits) => runPrint({ ...spec, ...(edits && { edits }) });
const split = (change: Partial<NonNullable<Edits['split']>>): Edits => ({ ...noEdits, split: { seed: 1, train: 0.6, val: 0.2, test: 0.2, ...change } });

test('edits that change what is trained on tell runs apart', () => {
  const edited: Edits[] = [
    withDisabled(noEdits, 'a', true), withDisabledClass(noEdits, 'a', true), withDisabled(withDisabled(noEdits, 'a', true), 'b', true), withLabel(noEdits, 'a', 'dog'), withLabel(noEdits, 'a', 'cat'), withLabel(withLabel(noEdits, 'a', 'cat'), 'b', 'cat'),
    split({}), split({ seed: 2 }), split({ train: 0.5, val: 0.3 }), split({ val: 0.1, test: 0.3 }), split({ train: 0.5, test: 0.3 }), withReading(noEdits, { columns: { text: 'title' } }), withReading(noEdits, { reads: 'text' }),
  ];
  const prints = [of(), ...edited.map(of)];
  expect(new Set(prints.map(({ edits }) => edits)).size).toBe(prints.length);
  expect(new Set(prints.map((print) => print.fingerprint))).toEqual(new Set([fingerprint(spec)]));
});

test('no edits have an empty print, and others one that is the same for ever', () => {
  for (const edits of [undefined, noEdits, withSplit(noEdits, usualSplit.seed, usualSplit.test), withLabel(withLabel(noEdits, 'a', 'b'), 'a', null)]) expect(of(edits)).toEqual({ fingerprint: fingerprint(spec), edits: '' });
  expect([of(withDisabled(noEdits, 'a', true)).edits, of(split({})).edits, of(withReading(noEdits, { reads: 'text', columns: { text: 'a', label: 'b' } })).edits]).toEqual(['c269deb1f54ec4b2', 'cc273161f0d920ef', '2bb4a2fca8066ae5']);
});

test('edits that leave the same have one print, in whatever order they were made', () => {
  const made = (...steps: ((edits: Edits) => Edits)[]) => of(steps.reduce((edits, step) => step(edits), noEdits));
  const steps = [...['c', 'a', 'b'].flatMap((name) => [(edits: Edits) => withDisabled(edits, name, true), (edits: Edits) => withDisabledClass(edits, name, true), (edits: Edits) => withLabel(edits, name, 'x')])];
  expect(made(...steps.toReversed())).toEqual(made(...steps));
  // Of two labels of an example the later one holds, and what is left out twice is left out.
  const all: Edits = { ...noEdits, disabled: ['b', 'a', 'b'], disabled_classes: ['y', 'x', 'y'], relabelled: [['b', 'z'], ['a', 'x'], ['b', 'y']] };
  expect(of(all)).toEqual(of({ ...noEdits, disabled: ['a', 'b'], disabled_classes: ['x', 'y'], relabelled: [['a', 'x'], ['b', 'y']] }));
  const read = { reads: 'text', columns: { text: 'title', label: 'kind' } } as const;
  expect(of(withReading(noEdits, { columns: { label: 'kind', pair: undefined, text: 'title' }, prompt: undefined, reads: 'text' }))).toEqual(of(withReading(noEdits, read)));
  for (const other of [{ ...read, columns: { text: 'kind', label: 'title' } }, { ...read, columns: { text: 'title' } }, { reads: 'text' } as const]) expect(of(withReading(noEdits, other))).not.toEqual(of(withReading(noEdits, read)));
  expect(of({ ...split({}), split: { test: 0.2, val: 0.2, train: 0.6, seed: 1 } })).toEqual(of(split({})));
});
