import { expect, test } from 'vitest';
import { DataError } from '../data/source';
import { EngineError } from '../engine/errors';
import { said } from '../said/said';
import { DivergedError } from './loop';
import { runError } from './runError';

const kept = said`The checkpoint of step ${4} is kept.`;

test('says what happened and what was kept by key, and in English', () => {
  const why = said`${'a set'} has no test example.`;
  expect(runError(new DataError(why), kept)).toMatchObject({ kind: 'bad-input', message: 'a set has no test example.', kept: 'The checkpoint of step 4 is kept.', said: { message: why, kept } });
});

test.each<[unknown, string, RegExp]>([
  [new EngineError('device-lost', said`The device was lost.`), 'device-lost', /^The device was lost\. The next run opens a new one\.$/],
  [new EngineError('out-of-memory', said`It does not fit.`), 'out-of-memory', /^It does not fit\.$/],
  [new EngineError('aborted', said`Stopped.`), 'cancelled', /^Stopped\.$/],
  [new EngineError('shape', said`Sizes differ.`), 'bad-input', /^Sizes differ\.$/],
  [new EngineError('shader', said`It did not compile.`), 'internal', /^Something went wrong inside: It did not compile\.$/],
  [new DivergedError(9), 'diverged', /smaller learning rate/],
  [new TypeError('x is null'), 'internal', /^Something went wrong inside: x is null$/],
  ['gone', 'internal', /^Something went wrong inside: gone$/],
])('%s is %s', (error, kind, message) => {
  const found = runError(error, kept);
  expect(found).toMatchObject({ kind, message: expect.stringMatching(message) });
  expect(found.details).toContain(error instanceof Error ? error.message : 'gone');
});
