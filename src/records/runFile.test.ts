import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evaluation, RunRecord } from '../train/protocol';
import { trainDefaults } from '../train/config';
import { runRecord } from '../testing/runRecord';
import { FormatError } from '../io/formatError';
import { defined } from '../numbers/defined';
import { packAnswers, rightOfEach } from '../train/answers.meta';
import { readRuns, writeRuns } from './runFile';

const bytes = (text: string) => new TextEncoder().encode(text);
const again = (runs: RunRecord[]) => readRuns(bytes(writeRuns(runs, 5)), 'runs.json');

describe('a file of runs', () => {
  test('is read back whole', () => {
    const run = runRecord({ notes: 'looks "odd" </script>', created: 1, ended: 2, state: 'done', classes: ['a', 'b'] });
    expect(again([run, runRecord({}, { seed: 1 })])).toEqual([run, runRecord({}, { seed: 1 })]);
    const ofPaper = { ...run, spec: { ...run.spec, experiment: 'table-2', budget: 43_000 } };
    expect(again([ofPaper])).toEqual([ofPaper]);
    // Of a run on texts, how they were read, and what says how good it was.
    const ofTexts = { ...run, spec: { ...run.spec, text: { task: 'causal-lm', prompt: '{a}', answer: ' {b}', choices: 'c', max_length: 64, columns: { text: 'a' } } }, evaluations: [{ ...defined(run.evaluations[0]), confusion: [], scores: { perplexity: 2.5 } }] };
    expect(again([ofTexts])).toEqual([ofTexts]);
  });

  test('keeps numbers that are none, and leaves names of images out', () => {
    const evaluation: Evaluation = { ...defined(runRecord().evaluations[0]), per_class: [0.5, NaN], images: [['me.jpg', 0, 1]] };
    const [read] = again([runRecord({ evaluations: [evaluation], curve: [{ step: 1, loss: Infinity, accuracy: 0, lr: 0.1, grad_norm: NaN, ms: 1 }] })]);
    expect(defined(read!.evaluations[0]).per_class).toEqual([0.5, NaN]);
    expect(read!.evaluations[0]).not.toHaveProperty('images');
    expect(read!.curve[0]).toMatchObject({ loss: NaN, grad_norm: NaN });
  });

  test('keeps which test images were right; a stamp or bits that are none are refused, and older files have neither', () => {
    const run = runRecord();
    const final: Evaluation = { ...run.summary!.final!, answers: packAnswers(Array.from({ length: 20 }, (_, i) => i < 15), '0123456789abcdef') };
    const answered = { ...run, evaluations: [], summary: { ...run.summary!, final } };
    expect(again([answered])).toEqual([answered]);
    expect(rightOfEach(again([answered])[0]!.summary!.final!)).toHaveLength(20);
    for (const answers of [{ of: 'x', right: '' }, { of: '0123456789abcdef', right: '<b>' }]) expect(() => again([{ ...run, summary: { ...run.summary!, final: { ...final, answers } } }])).toThrow(/answers/);
  });

  test('an error keeps what it says as text; what older versions wrote beside it is left out', () => {
    const error: RunRecord['error'] = { kind: 'bad-input', message: 'It has 2 parts.', kept: 'Nothing was lost.', details: '' };
    const old = { ...error, said: { message: { key: 'It has {0} parts.', values: [2] }, kept: { key: 'Nothing was lost.', values: [] } } };
    expect(again([runRecord({ error: old }), runRecord({ error })])).toEqual([runRecord({ error }), runRecord({ error })]);
  });

  test('a run.json of the command line is read as well', () => {
    const { spec, curve, evaluations, summary } = runRecord();
    expect(readRuns(bytes(JSON.stringify({ spec, curve, evaluations, summary }, null, 1)), 'run.json')).toEqual([{ spec, curve, evaluations, summary }]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', undefined, /not valid JSON/],
    ['something else', { hello: 1 }, /holds no runs/],
    ['another format', { format: 'x', version: 1 }, /holds no runs/],
    ['a newer version', { format: 'fullrank-runs', version: 2, runs: [] }, /newer version/],
    ['no run', { format: 'fullrank-runs', version: 1, app: '', saved: 0, runs: [] }, /runs/],
    ['a name that is a path', { ...runRecord(), spec: { ...runRecord().spec, name: '../x' } }, /spec\.name/],
    ['a method that every object has', { ...runRecord(), spec: { ...runRecord().spec, method: { method: 'constructor' } } }, /spec\.method/],
    ['an accuracy in words', { ...runRecord(), evaluations: [{ ...runRecord().evaluations[0], accuracy: 'high' }] }, /evaluations\.0\.accuracy/],
    ['a name without end', { ...runRecord(), model_title: 'x'.repeat(3000) }, /model_title/],
  ])('%s is refused with a reason', (_, json, why) => {
    expect(() => readRuns(bytes(json === undefined ? '{' : JSON.stringify(json)), 'f')).toThrow(why);
  });

  test('what is not known is left out, and nothing reaches a prototype', () => {
    const text = JSON.stringify({ ...runRecord(), more: 1 }).replace('"spec":{', '"spec":{"__proto__":{"polluted":1},');
    const [read] = readRuns(bytes(text), 'f');
    expect(read).not.toHaveProperty('more');
    expect(read!.spec).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  test('any text in it comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 5 }), (title, classes) => {
        const run = runRecord({ data_title: title, classes });
        expect(again([run])).toEqual([run]);
      }),
      { numRuns: 200 },
    );
  });

  test('anything else is refused, not thrown at', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        try {
          readRuns(bytes(json), 'f');
        } catch (error) {
          expect((error as Error).name).toBe('FormatError');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a setting that is none is refused whatever its name', () => {
    for (const name of ['more', 'x'.repeat(400)]) {
      const run = runRecord();
      Object.assign(run.spec.method, { [name]: [[[1]]] });
      expect(() => again([run])).toThrow(FormatError);
    }
  });

  test('settings of training keep their kinds', () => {
    expect(defined(again([runRecord()])[0]).spec.train).toEqual({ ...trainDefaults, ...runRecord().spec.train });
  });
});
