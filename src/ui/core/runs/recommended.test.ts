import { beforeEach, expect, test } from 'vitest';
import type { DataInfo } from '../../../train/protocol';
import { openRecording, recordingNames } from '../analyses/recorded';
import { initialSettings, useSettings } from '../settings/settings';
import { fallback, methodsFor, recommend, recommendation, severalMethods } from './recommended';

const own = { id: 'mine', builtin: false } as DataInfo;
const bundled = { id: 'signs', builtin: true } as DataInfo;

beforeEach(() => useSettings.setState(initialSettings));

test('the recommended method is an adapter that none of the recorded ones is better than by more than chance, and the one of those with the least work', async () => {
  expect(recordingNames).toContain('first-screen');
  for (const [name, data] of [['first-screen', 'Hand signs'], ['toy', 'Fashion-MNIST']] as const) {
    const { runs } = await openRecording(name);
    const found = recommend(runs)!;
    expect(found).toMatchObject({ data, alike: expect.any(Number) });
    const works = runs.filter(({ spec }) => ['lora', 'randlora', 'vera'].includes(spec.method.method) && spec.train.seed === 0);
    const workOf = (method: string) => works.find(({ spec }) => spec.method.method === method)!.plan!.work!;
    expect(workOf(found.method)).toBe(Math.min(...works.map(({ spec }) => workOf(spec.method.method))));
    expect(recommend(runs.filter(({ spec }) => spec.train.seed < 2))).toBeNull();
  }
});

test('there is one recommended method also where nothing tells, or was measured with the model: that of the recorded comparison', async () => {
  const { runs } = await openRecording('first-screen');
  expect(fallback).toEqual(recommend(runs));
  useSettings.setState({ model: 'somebody/else' });
  expect(await recommendation(() => Promise.reject(new Error('offline')))).toEqual({ ...fallback, measured: false });
  expect(await recommendation(() => Promise.resolve({ runs: [] } as never))).toEqual({ ...fallback, measured: false });
  expect(await methodsFor(own)).toEqual({ comparing: 'no', methods: [fallback.method] });
});

test('pictures of one\'s own are learned by it alone, unless methods were chosen; with bundled ones all are compared again', async () => {
  const one = await methodsFor(own);
  expect(one).toEqual({ comparing: 'no', methods: [expect.any(String)] });
  useSettings.setState(one);
  expect(await methodsFor({ ...own, id: 'others' })).toEqual({});
  expect(await methodsFor(bundled)).toEqual({ comparing: 'auto', methods: initialSettings.methods });
  useSettings.setState(severalMethods);
  expect(await methodsFor(own)).toEqual({});
  useSettings.setState({ comparing: 'auto', methods: ['vera', 'dora'] });
  expect(await methodsFor(own)).toEqual({});
  useSettings.setState(initialSettings);
  expect(await methodsFor({ ...own, texts: {} as DataInfo['texts'] })).toEqual({});
});
