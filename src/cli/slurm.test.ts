import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { command } from '../testing/commands';
import { noSlurm, startSlurm, type Cluster } from '../testing/slurm';
import { curvesOf } from './chaos/studyProcesses';

/** The Python of `run.py`: $FULLRANK_PYTHON, or python3. */
const python = process.env.FULLRANK_PYTHON ?? 'python3';
const noPython = noSlurm || (spawnSync(python, ['-c', 'import torch, transformers, peft, accelerate, PIL']).status === 0 ? '' : `${python} has no torch, transformers, PEFT and accelerate`);
// Both are seldom there, and a line of a skipped test says nothing of why.
if (noSlurm || noPython) process.stderr.write(`SKIPPED, arrays on a real Slurm: ${noSlurm || `that of run.py, ${noPython} (FULLRANK_PYTHON names another)`}\n`);

const { at } = cliFolder('slurm');
const grid = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2 }, 'linear_probe'], seeds: [0], train: { steps: 40, batch: 8, train_limit: 60, test_limit: 20 } };
let cluster: Cluster;

beforeAll(async () => {
  if (noSlurm) return;
  mkdirSync(at('plain'));
  writeFileSync(at('plain', 'study.json'), JSON.stringify(grid));
  const exported = command(['study', 'export', at('plain'), '--out', at('whole')]);
  if ((await exported.ended) !== 0) throw new Error(exported.lines.at(-1));
  for (const copy of ['ours', 'python', 'python-whole']) cpSync(at('whole'), at(copy), { recursive: true });
  mkdirSync(at('bin'));
  writeFileSync(at('bin', 'python'), `#!/bin/sh\nexec ${python} "$@"\n`);
  chmodSync(at('bin', 'python'), 0o755);
  cluster = await startSlurm(at('slurm'), 2);
}, 120_000);
afterAll(async () => cluster?.end());

/** Submits a script of the study in a folder; says the number of its array. */
const submit = (folder: string, script: string, ...flags: string[]): string => {
  const env = { ...cluster.env, FULLRANK: `${process.execPath} ${resolve(import.meta.dirname, 'fullrank.mjs')}`, FULLRANK_DEVICE: 'wasm', PATH: `${at('bin')}:${cluster.env.PATH}` };
  return execFileSync('sbatch', ['--parsable', '--gres=none', ...flags, script], { env, cwd: at(folder), encoding: 'utf8' }).trim();
};
const printed = (folder: string, job: string, task: number): string => {
  const path = at(folder, `slurm-${job}_${task}.txt`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
async function until(what: string, is: () => boolean): Promise<void> {
  for (let tries = 0; !is(); tries++) {
    if (tries > 1500) throw new Error(`waited in vain: ${what}`);
    await after(200);
  }
}
const isOver = (job: string): boolean => cluster.run('squeue', '--noheader', `--jobs=${job}`).trim() === '';
const wholeRun = async (): Promise<Record<string, unknown>> => {
  const { ended, lines } = command(['study', 'run', at('whole'), '--model', at('whole', 'base')]);
  if ((await ended) !== 0) throw new Error(lines.at(-1));
  return curvesOf(at('whole'));
};

test.skipIf(noSlurm !== '')('an array of the project’s own command: a task that has to make room is queued again and goes on, one that is killed is taken over from', { timeout: 600_000 }, async () => {
  const job = submit('ours', 'slurm-fullrank.sh');
  expect(job).toMatch(/^\d+$/);
  const has = (task: number, what: RegExp) => until(`task ${task} says ${String(what)}`, () => what.test(printed('ours', job, task)));
  await has(0, /^(lora|linear_probe)\/\S+\n {2}.*parameters/m);
  await has(1, /^(lora|linear_probe)\/\S+\n {2}.*parameters/m);
  await after(2000);
  cluster.run('scancel', '--signal=USR1', `${job}_0`);
  cluster.run('scancel', '--signal=KILL', '--full', `${job}_1`);
  await has(0, /Stopped after step \d+ of 40/);
  await until('the array has ended', () => isOver(job));
  expect(printed('ours', job, 0)).toMatch(/goes on after step \d+/);
  expect(curvesOf(at('ours'))).toEqual(await wholeRun());
});

test.skipIf(noPython !== '')('an array of run.py: the same, and its curves are those of one that was left alone', { timeout: 600_000 }, async () => {
  const job = submit('python', 'slurm.sh', '--array=0');
  await until('a step was done', () => /^step [3-9]\//m.test(printed('python', job, 0)));
  cluster.run('scancel', '--signal=USR1', `${job}_0`);
  await until('the array has ended', () => isOver(job));
  expect(printed('python', job, 0)).toMatch(/ended after step \d+ of 40[^]*goes on after step \d+/);
  execFileSync(python, ['run.py', '0'], { cwd: at('python-whole'), stdio: 'ignore' });
  expect(curvesOf(at('python'))).toEqual(curvesOf(at('python-whole')));
  const taken = command(['study', 'import', at('plain'), '--from', at('python')]);
  expect(await taken.ended).toBe(0);
  expect(taken.lines.filter((line) => /taken, measured on PyTorch/.test(line))).toHaveLength(1);
});
