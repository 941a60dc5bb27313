import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Along } from '../../../analysis/analysis.meta';
import type { Evaluation } from '../../../train/protocol';
import { firstProject, parsePointer } from './current';
import { recordNames } from './database';
import { standardTrain } from '../settings/fields';
import { columns } from '../runs/metrics';
import { checkEdits, checkRecord } from './projectChecks';
import { askingIn, canResume, makeRun, type Run } from '../runs/runs';
import { initialSettings, settingsOf } from '../settings/settings';

const evaluation: Evaluation = { step: 2, split: 'test', loss: NaN, accuracy: 0.5, count: 2, per_class: [1, NaN], confusion: [[1, 0], [1, 0]], images: [['a.png', 0, 0], ['b.png', 1, 0, 0.25]] };
const run: Run = {
  ...makeRun({ id: 'a', name: 'quiet-heron', model: 'm', data: 'd', method: { method: 'lora', r: 4, target_modules: ['query'] }, train: standardTrain(false) }, { modelTitle: 'm', dataTitle: 'd', classes: ['x', 'y'] }, 'tab', 1),
  evaluations: [evaluation],
  best: evaluation,
};

test('what was measured along an update is taken as it is kept, and refused where it is of no run or of no place', () => {
  const along: Along = {
    format: 'fullrank-along', version: 1, runs: [{ id: 'a', name: 'quiet-heron', method: 'lora', spec: run.spec }], spec: { what: 'base', at: [0, 1], images: 16, seed: 0, epsilon: 0.5, top: 10 }, images: 16, of: 40,
    points: [{ at: 0, loss: NaN, accuracy: 0.1, drift: 0 }, { at: 1, loss: 0.5, accuracy: 0.9, drift: 0.2, original: { loss: 1, accuracy: 0.5 }, answers: { of: 'stamp', right: 'AAA=' } }],
    intruders: null, original: null, complete: true, seconds: 1, notes: [],
  };
  expect(checkRecord('analyses', 'base a', along)).toEqual({ ok: true, value: along });
  for (const change of [{ runs: [] }, { points: [] }, { spec: { ...along.spec, what: 'all' } }, { points: [{ at: 0 }] }]) expect(checkRecord('analyses', 'base a', { ...along, ...change }).ok).toBe(false);
});

test('records as the page writes them are taken; a run that was going on has stopped where the file was saved, goes on from its row and asks nobody', () => {
  expect(checkRecord('runs', 'a', { ...run, state: 'done' })).toEqual({ ok: true, value: { ...run, state: 'done', owner: '' } });
  const ofPaper = { ...run, owner: '', spec: { ...run.spec, experiment: 'table-2' } };
  expect(checkRecord('runs', 'a', ofPaper)).toEqual({ ok: true, value: ofPaper });
  expect(checkRecord('runs', 'a', { ...run, looks: [{ losses: 'anything' }] })).toEqual(checkRecord('runs', 'a', run));
  for (const state of ['running', 'paused', 'stopping'] as const) {
    const checked = checkRecord('runs', 'a', { ...run, state, phase: 'train', started: 7, lastStep: 6, checkpointStep: 6 });
    expect(checked).toMatchObject({ ok: true, value: { state: 'stopped', owner: '', phase: '', ended: 7, lastStep: 6 } });
    if (checked.ok) expect([canResume(checked.value), askingIn([checked.value], true)]).toEqual([true, []]);
  }
  expect(checkRecord('curves', 'a', Object.fromEntries(columns.map((name) => [name, new Float32Array(3)])))).toMatchObject({ ok: true });
  expect(checkRecord('adapters', 'a', [{ path: 'adapter_model.safetensors', bytes: new Uint8Array(2) }, { path: 'a/README.md', bytes: new Uint8Array() }])).toMatchObject({ ok: true });
  for (const warnings of [[], ['adapter_config.json: a is unknown and left aside.']]) {
    const one = { ...imported, info: { ...imported.info, warnings } };
    expect(checkRecord('imported', 'a', one)).toEqual({ ok: true, value: one });
  }
  expect(checkRecord('checkpoints', 'a', { step: 3, bytes: new Uint8Array(2) })).toMatchObject({ ok: true });
});

test('sentences as older versions kept them are taken as text, and of an error only the text is', () => {
  const warned = (warnings: unknown[]) => ({ ...imported, info: { ...imported.info, warnings } });
  expect(checkRecord('imported', 'a', warned([{ key: '{0}: {1} is unknown and left aside.', values: ['adapter_config.json', 'a'] }]))).toEqual({ ok: true, value: warned(['adapter_config.json: a is unknown and left aside.']) });
  expect(checkRecord('imported', 'a', warned([{ key: '{0}', values: [true] }]))).toMatchObject({ ok: false, why: expect.stringMatching(/^info\.warnings\.0/) });
  const error: Run['error'] = { kind: 'bad-input', message: 'It has 2 parts.', kept: 'Nothing was lost.', details: '' };
  const said = { message: { key: 'It has {0} parts.', values: [2] }, kept: { key: 'Nothing was lost.', values: [] } };
  expect(checkRecord('runs', 'a', { ...run, error: { ...error, said } })).toMatchObject({ ok: true, value: { error } });
});

const imported = { id: 'a', name: 'pets', model: 'vit-nano', at: 1, info: { method: 'lora', r: 4, base: '', adapter_parameters: 1, head_parameters: 0, layers: 2, labels: ['cat'], image_size: null, warnings: [] }, deleted: 0 };

test.each<[(typeof recordNames)[number], unknown, RegExp]>([
  ['runs', { ...run, name: '../../up' }, /^name:/],
  ['runs', { ...run, spec: { ...run.spec, method: { method: 'constructor' } } }, /^spec\.method/],
  ['runs', { ...run, spec: { ...run.spec, train: { lr: {} } } }, /^spec\.train\.lr/],
  ['runs', { ...run, id: 'b' }, /another name/],
  ['runs', { ...run, spec: { ...run.spec, experiment: 2 } }, /^spec\.experiment/],
  ['runs', { ...run, evaluations: [{ ...evaluation, confusion: 3 }] }, /^evaluations\.0\.confusion/],
  ['runs', { ...run, classes: undefined }, /^classes/],
  ['curves', { step: new Float32Array(1) }, /^loss/],
  ['curves', Object.fromEntries(columns.map((name, i) => [name, new Float32Array(i)])), /./],
  ['adapters', [{ path: '../x', bytes: new Uint8Array() }], /^0\.path/],
  ['adapters', [{ path: 'a/../../x', bytes: new Uint8Array() }], /^0\.path/],
  ['checkpoints', { step: 1, bytes: [1] }, /^bytes/],
  ['imported', { ...imported, id: 'b' }, /another name/],
  ['imported', { ...imported, info: { ...imported.info, method: 'magic' } }, /^info\.method/],
])('a record of %s that does not fit is refused', (store, value, why) => {
  expect(checkRecord(store, 'a', value)).toEqual({ ok: false, why: expect.stringMatching(why) });
});

test('any value in any place is taken or refused, never thrown over', () => {
  const paths = ['state', 'spec', 'classes', 'plan', 'evaluations', 'summary', 'error', 'onnxCheck', 'best'];
  fc.assert(
    fc.property(fc.constantFrom(...recordNames), fc.anything(), fc.constantFrom(...paths), (store, value, path) => {
      for (const given of [value, { ...run, [path]: value }]) expect(checkRecord(store, 'a', given).ok).toBeTypeOf('boolean');
      expect(Object.keys(settingsOf({ ...initialSettings, [path]: value, methods: value })).sort()).toEqual(Object.keys(initialSettings).sort());
    }),
  );
});

test('edits of a project file are taken whole or not at all', () => {
  const pets = { version: 1, disabled_classes: [], disabled: ['a.png'], relabelled: [['b.png', 'cat']], split: null };
  expect(checkEdits({ pets })).toEqual({ pets });
  for (const wrong of [{ ...pets, relabelled: [null] }, { ...pets, disabled: [3] }, null, 3]) expect(checkEdits({ pets, wrong })).toBeNull();
});

test('a damaged word on the open project means the first one', () => {
  const start = { id: firstProject, previous: null, how: 'new', hub: [] };
  for (const text of [null, '', '{', 'null', '3', '{"id":"../x"}', '{"id":7}']) expect(parsePointer(text)).toEqual(start);
  const whole = { id: 'two', previous: { id: 'first', settings: '{}', hub: [] }, how: 'opened', hub: [{ kind: 'model', id: 'a/b' }] };
  expect(parsePointer(JSON.stringify(whole))).toEqual(whole);
  expect(parsePointer(JSON.stringify({ ...whole, previous: { id: '/' }, hub: [3, { kind: 'x', id: 'y' }] }))).toEqual({ ...whole, previous: null, hub: [] });
});
