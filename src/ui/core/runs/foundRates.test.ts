import { beforeEach, expect, test } from 'vitest';
import { unequalSettings } from '../../../records/fair.meta';
import { completeTrain } from '../../../train/config';
import type { MethodConfig, RunSpec } from '../../../train/protocol';
import { atFound, foundRate } from './foundRates';
import { makeRun, useRuns, type Run } from './runs';

const spec = (method: MethodConfig, change: Partial<RunSpec> = {}): RunSpec => ({ id: 'a', name: 'a', model: 'deit-tiny-patch16-224', data: 'sign-digits', method, train: completeTrain({ steps: 60, batch: 16 }), ...change });
const searched = (method: MethodConfig, lr: number, change: Partial<Run> = {}): Run => ({ ...makeRun(spec(method), { modelTitle: '', dataTitle: '', classes: [] }, 'me', 1), rates: { lr, trials: [], held: 50, seed: 9 }, ...change });

beforeEach(() => useRuns.setState({ runs: [] }));

test('a run begins with the rate that the recorded runs found for its method on the same model and data, at the nearest setting', () => {
  expect(foundRate(spec({ method: 'lora', r: 5 }))).toEqual({ lr: 0.0065, setting: 'r 4', own: false });
  expect(foundRate(spec({ method: 'lora', r: 50 }))).toMatchObject({ lr: 0.00065, setting: 'r 64' });
  expect(foundRate(spec({ method: 'full' }))).toMatchObject({ setting: '' });
  expect(atFound(spec({ method: 'lora', r: 5 }))).toMatchObject({ rate: 'found', train: { lr: 0.0065, steps: 60 } });
  // Found for every method alike, so that it is no inequality between them.
  expect(unequalSettings([atFound(spec({ method: 'lora', r: 5 })), atFound(spec({ method: 'randlora', r: 8 })), atFound(spec({ method: 'full' }))])).toEqual([]);
});

test('nothing is said where none is known: on other data, with another model, batch or method, and without an update', () => {
  const lora = { method: 'lora', r: 4 };
  const none = [spec(lora, { data: 'mine' }), spec(lora, { model: 'mine' }), spec(lora, { train: completeTrain({ batch: 4 }) }), spec({ method: 'bone', r: 4 })];
  expect(none.map((one) => foundRate(one))).toEqual(none.map(() => undefined));
  expect(none.map((one) => atFound(one))).toEqual(none);
});

test('what was found here goes before what was recorded, unless a search kept the method’s own, or is somebody else’s', () => {
  const lora = { method: 'lora', r: 4 };
  useRuns.setState({ runs: [searched({ method: 'lora', r: 16 }, 0.02), searched({ method: 'lora', r: 64 }, 0.04)] });
  expect(foundRate(spec(lora))).toEqual({ lr: 0.02, setting: 'r 16', own: true });
  useRuns.setState({ runs: [searched(lora, 0.02, { deleted: 1 }), searched(lora, 0.02, { rates: { lr: 0.02, trials: [], held: 5, seed: 9, kept: true } })] });
  expect(foundRate(spec(lora))).toMatchObject({ lr: 0.0065, own: false });
});
