import { run } from '../src/cli/chaos/browser';
import { expect, test } from './fixtures';

// `npm run chaos -- browser` goes on for as many rounds as one likes.
test('a run in which the browser is killed, or its GPU process, ends with the bits of one that nothing befell', async () => {
  const said: string[] = [];
  expect(await run({ rounds: 1, seed: 1, only: '' }, (line) => said.push(line)), said.join('\n')).toBe(true);
});
