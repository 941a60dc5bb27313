import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';
import type { RunRecord } from '../train/protocol';
import { runsIn } from './exportRuns';
import { main } from './main';
import { resultsIn } from './runFolders';
import { openStudy, resultOf } from './studyFolder';
import { visionTables } from './visionTables';

const root = join(import.meta.dirname, '../../benchmarks/vision');
const studies = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));

test('every result of the vision benchmark is of its study’s settings, model and data, at the rate that was found, with its answers', async () => {
  expect(studies.length).toBeGreaterThan(0);
  for (const folder of studies) {
    const study = await openStudy(folder);
    const known = new Map(study.experiments.map((experiment) => [experiment.name, experiment]));
    const results = await resultsIn(folder);
    expect(results.length).toBeGreaterThan(0);
    for (const { name, run } of results) {
      expect(known.has(name), name).toBe(true);
      expect(await resultOf(folder, known.get(name)!), name).not.toBeNull();
      expect(run.summary?.final?.answers, name).toBeDefined();
    }
  }
});

test('compare --runs prints it', async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const code = await main(['compare', '--runs', root]);
  log.mockRestore();
  expect(code).toBe(0);
  expect(lines.join('\n')).toMatch(/Linear probe +- +0 +3\d\.\d/);
});

test('the project that comes with the page has its runs', async () => {
  const kept = (runs: readonly RunRecord[]) => runs.map(({ spec, summary }) => [spec.method, spec.train.seed, spec.train.lr, summary?.final?.answers]);
  const ours = (await Promise.all(studies.map(resultsIn))).flat().map(({ run }) => run);
  expect(kept(await runsIn(join(import.meta.dirname, '../../public/projects/vision.fullrank')))).toEqual(kept(ours));
});

test('the tables of its page in the documentation, and that of the README, are those of its files', async () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/vision.md'), 'utf8').split('\n');
  const { readme, ...tables } = await visionTables(defined(studies[0]));
  for (const [name, table] of Object.entries(tables)) {
    const from = page.indexOf(`<!-- ${name} -->`) + 2;
    expect(page.slice(from, from + table.length), name).toEqual(table);
  }
  expect(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')).toContain(readme.join('\n'));
});
