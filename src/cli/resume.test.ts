import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { command } from '../testing/commands';
import type { FinishedRun } from './train';

const { at } = cliFolder('resume');
const train = ['train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--r', '4', '--steps', '14', '--batch', '8', '--train-limit', '60', '--test-limit', '30', '--val-fraction', '0.2', '--eval-every', '4', '--flip', '--snapshots', '3'];
const run = (folder: string): FinishedRun => JSON.parse(readFileSync(at(folder, 'run.json'), 'utf8')) as FinishedRun;
const bytes = (folder: string, file: string) => readFileSync(at(folder, file));

/** Ends a command by a signal at a line; its code, and its last line. */
async function endAt(argv: string[], line: RegExp, signal: NodeJS.Signals): Promise<{ code: number | string; last: string; lines: string[] }> {
  let sent = false;
  const { ended, lines } = command(argv, (said, child) => {
    if (sent || !line.test(said)) return;
    sent = true;
    child.kill(signal);
  });
  return { code: await ended, last: defined(lines.at(-1)), lines };
}

test('a run that is interrupted, told to end, told to make room and killed goes on each time, to the same bits', { timeout: 300_000 }, async () => {
  expect(await command([...train, '--out', at('whole')]).ended).toBe(0);
  const parts = [...train, '--out', at('parts')];
  const resumed = [...parts, '--resume', '--checkpoint-every', '3'];
  const first = await endAt(parts, /^step 2 /, 'SIGINT');
  expect(first).toMatchObject({ code: 130, last: expect.stringMatching(/Stopped after step [2-4] of 14.*--resume/) as string });
  expect(run('parts').state).toBe('stopped');
  expect((await endAt(resumed, /^step 7 /, 'SIGKILL')).code).toBe('SIGKILL');
  const third = await endAt(resumed, /^step 8 /, 'SIGUSR1');
  expect(third.lines).toContainEqual(expect.stringMatching(/^goes on after step 6/));
  expect(third.code).toBe(75);
  expect((await endAt(resumed, /^step 14 /, 'SIGTERM')).code).toBe(143);
  expect(await command(resumed).ended).toBe(0);
  const [whole, one] = [run('whole'), run('parts')];
  const curve = ({ curve: points }: FinishedRun) => points.map(({ ms: _, ...point }) => point);
  expect(curve(one)).toEqual(curve(whole));
  expect(one.evaluations).toEqual(whole.evaluations);
  expect(one.summary.final).toEqual(whole.summary.final);
  for (const file of ['adapter_model.safetensors', 'snapshots/5.safetensors', 'snapshots/14.safetensors']) expect(bytes('parts', file).equals(bytes('whole', file))).toBe(true);
  expect(existsSync(at('parts', 'checkpoint.safetensors'))).toBe(false);
  // Repeated as it is, it trains no more.
  const again = command(resumed);
  expect(await again.ended).toBe(0);
  expect(again.lines.some((line) => line.startsWith('step'))).toBe(false);
});

test('told to end before its first step it keeps nothing; a checkpoint needs a folder, and is of its own settings', { timeout: 300_000 }, async () => {
  const early = await endAt([...train, '--out', at('early')], /adapter and .* head parameters/, 'SIGTERM');
  expect(early.code).toBe(143);
  expect(existsSync(at('early'))).toBe(false);
  expect(await command([...train, '--resume']).ended).not.toBe(0);
  expect((await endAt([...train, '--out', at('other')], /^step 2 /, 'SIGTERM')).code).toBe(143);
  const other = command([...train, '--r', '2', '--out', at('other'), '--resume']);
  expect(await other.ended).toBe(1);
  expect(other.lines.at(-1)).toMatch(/other settings/);
});
