import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { readRuns } from './runFile';
import { runRecord } from '../testing/runRecord';
import { hubFolder } from './hubFolder';

const record = runRecord({ data_title: 'Fashion-MNIST', classes: ['shirt', 'shoe'], notes: 'ask Mia about this', by: 'Anna' });
const run = { ...record, evaluations: record.evaluations.map((one) => ({ ...one, images: [['anna/holiday.jpg', 0, 1] as [string, number, number]] })) };

const bytes = (text: string) => new TextEncoder().encode(text);
const folder = [{ path: 'adapter_config.json', bytes: bytes('{}') }, { path: 'README.md', bytes: new Blob(['---\nlibrary_name: peft\n---\n\n# An adapter\n']) }];
const texts = async (files: Awaited<ReturnType<typeof hubFolder>>) => Object.fromEntries(await Promise.all(files.map(async ({ path, bytes }) => [path, await new Blob([bytes as BlobPart]).text()] as const)));

test('the card goes on with how it was trained, beside it are the curve and the run, and what is the person\'s stays', async () => {
  const { 'README.md': card, ...rest } = await texts(await hubFolder(folder, run));
  expect(Object.keys(rest)).toEqual(['adapter_config.json', 'curves.svg', 'run.json']);
  expect(card).toMatch(/^---\nlibrary_name: peft\n---\n\n# An adapter\n\n## How it was trained\n/);
  const { accuracy: p, count: n } = run.summary!.final!;
  // Wilson's bounds b satisfy (b - p)² = z² b (1 - b) / n.
  const [, low, high] = /95 % interval ([\d.]+) to ([\d.]+)/.exec(card!)!;
  for (const bound of [Number(low) / 100, Number(high) / 100]) expect(Math.abs(Math.abs(bound - p) - 1.959964 * Math.sqrt((bound * (1 - bound)) / n))).toBeLessThan(0.001);
  for (const fact of [/\| data \| Fashion-MNIST, 2 classes \|/, /learning rate 0\.003/, /\| trained parameters \| 1,024 and 130 in the head \|/, /\| memory \| 0\.0 MiB, planned to the byte/, /!\[.*\]\(curves\.svg\)/]) expect(card).toMatch(fact);
  const [again] = readRuns(bytes(defined(rest['run.json'])), 'run.json');
  expect([again!.spec, again!.curve]).toEqual([run.spec, run.curve]);
  expect(Object.values(rest).join() + card).not.toMatch(/Mia|Anna|holiday/);
});

test('a folder of which nothing is known goes as it is', async () => {
  expect(await hubFolder(folder, null)).toEqual(folder);
});

test('a run that was resumed took the time of all its sessions, whatever its last one says', async () => {
  const { 'README.md': card } = await texts(await hubFolder(folder, { ...run, seconds: 20, summary: { ...run.summary!, seconds: 7 } }));
  expect(card).toMatch(/\| trained on \| .*, 20 s \|/);
});
