import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { main } from './main';
import { resultsIn } from './runFolders';
import { openStudy, resultOf } from './studyFolder';

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
