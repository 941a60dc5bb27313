import { expect, test } from 'vitest';
import { DataError } from '../data/source';
import { EngineError } from '../engine/errors';
import { DivergedError } from './loop';
import { runError } from './runError';

const kept = 'The checkpoint of step 4 is kept.';

test('says what happened and what was kept', () => {
  expect(runError(new DataError('a set has no test example.'), kept)).toMatchObject({ kind: 'bad-input', message: 'a set has no test example.', kept: 'The checkpoint of step 4 is kept.' });
});

test.each<[unknown, string, RegExp]>([
  [new EngineError('device-lost', 'The device was lost.'), 'device-lost', /^The device was lost\. The next run opens a new one\.$/],
  [new EngineError('out-of-memory', 'It does not fit.'), 'out-of-memory', /^It does not fit\.$/],
  [new EngineError('aborted', 'Stopped.'), 'cancelled', /^Stopped\.$/],
  [new EngineError('shape', 'Sizes differ.'), 'bad-input', /^Sizes differ\.$/],
  [new EngineError('shader', 'It did not compile.'), 'internal', /^Something went wrong inside: It did not compile\.$/],
  [new DivergedError(9), 'diverged', /smaller learning rate/],
  [new TypeError('x is null'), 'internal', /^Something went wrong inside: x is null$/],
  ['gone', 'internal', /^Something went wrong inside: gone$/],
])('%s is %s', (error, kind, message) => {
  const found = runError(error, kept);
  expect(found).toMatchObject({ kind, message: expect.stringMatching(message) });
  expect(found.details).toContain(error instanceof Error ? error.message : 'gone');
});
