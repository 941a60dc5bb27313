import { browserParts, run } from '../src/cli/chaos/browser';
import { run as useTab } from '../src/cli/chaos/tab';
import { expect, test } from './fixtures';

// `npm run chaos -- browser` and `npm run chaos -- tab` go on for as many rounds as one likes.
// A device that is destroyed at a submit is not among them: it takes many rounds to say anything; nor at a read-back, where src/cli/chaos/failing.test.ts refuses every map in its turn.
const elsewhere = ['device destroyed', 'device lost while reading back'];
for (const part of Object.keys(browserParts).filter((name) => !elsewhere.includes(name))) {
  test(`what was said to be kept is there, and what goes on is as it would have been: ${part}`, async () => {
    const lines: string[] = [];
    expect(await run({ rounds: 1, seed: 1, only: part }, (line) => lines.push(line)), lines.join('\n')).toBe(true);
  });
}

test('a tab that trains and shows landscapes again and again holds no more of anything', async () => {
  const lines: string[] = [];
  expect(await useTab({ rounds: 4, seed: 1, only: '' }, (line) => lines.push(line)), lines.join('\n')).toBe(true);
});
