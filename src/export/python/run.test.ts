import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scripts } from './studyText';

const noPython = spawnSync('python3', ['--version']).status === 0 ? '' : 'no python3';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-run-'));
  copyFileSync(join(import.meta.dirname, 'train.py'), join(folder, 'run.py'));
  const names = ['lora/a', 'lora/b', 'lora/c', 'lora/d'];
  writeFileSync(join(folder, 'study.json'), JSON.stringify({ python: names }));
  mkdirSync(join(folder, 'results'));
  for (const name of names) {
    mkdirSync(join(folder, 'experiments', name), { recursive: true });
    writeFileSync(join(folder, 'experiments', name, 'experiment.json'), JSON.stringify({ name, hash: 'h', base: { path: 'base' }, train: { batch: 2, accumulate: 1 }, run: { spec: { model: 'm', data: 'd' }, plan: {} } }));
  }
  const result = (status: string, error_msg = '') => JSON.stringify({ run_info: { error_msg }, train_info: { status } });
  writeFileSync(join(folder, 'results', 'lora--a.json'), result('success'));
  writeFileSync(join(folder, 'results', 'lora--b.json'), result('failed', 'OutOfMemoryError: 80 GiB'));
  writeFileSync(join(folder, 'results', 'lora--c.json'), '{"run_info": {');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** run.py as a module, its libraries stood in for; `code` sees it as `run` before it begins. */
function run(args: string[], code = ''): string {
  const script = `import sys
from unittest.mock import MagicMock
for name in ("numpy", "torch", "torch.nn", "torch.nn.functional", "torch.distributed", "torch.distributed.tensor", "transformers", "accelerate", "PIL", "safetensors", "safetensors.torch", "peft"):
    sys.modules[name] = MagicMock()
sys.modules["torch"].nn.Module = object
import run
run.np.median, run.torch.cuda.get_device_name = (lambda values: sorted(values)[len(values) // 2]), (lambda: "a card")
run.transformers.__version__ = run.torch.__version__ = sys.modules["peft"].__version__ = "0"
run.torch.__config__ = MagicMock(show=lambda: "")
run.torch.cuda.max_memory_allocated = run.torch.cuda.max_memory_reserved = lambda: 0
curve = [{"step": step, "loss": 1.0, "accuracy": 0.5, "ms": ms} for step, ms in ((1, 9000), (2, 250), (3, 250), (4, 250))]
final = {"step": 4, "split": "test", "loss": 1.0, "accuracy": 0.5}
def trained(given):
    return {"problem": None, "begun": 0, "curve": curve, "evaluations": [final], "final": final, "best": {"step": 0}, "numbers": {}, "main": True, "device": "cuda"}
run.train_one = trained
sys.argv = ["run.py", *${JSON.stringify(args)}]
${code}
run.main()`;
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  return stdout + stderr;
}
const result = (name: string): { train_info: Record<string, unknown>; run_info: { error_msg: string } } => JSON.parse(readFileSync(join(folder, 'results', `${name}.json`), 'utf8')) as never;

test.skipIf(noPython !== '')('--list says done of successes alone: a failure is one, and a file that is cut short none', () => {
  expect(run(['--list']).trim().split('\n')).toEqual([
    '0  lora/a  (done)',
    '1  lora/b  (failed: OutOfMemoryError: 80 GiB)',
    expect.stringMatching(/lora--c\.json is cut short or damaged, and counts as no result$/),
    '2  lora/c',
    '3  lora/d',
  ]);
});

test.skipIf(noPython !== '')('all runs what failed and what was cut short once more, and times are told with the first step apart', () => {
  const said = run(['all']);
  expect(said).toMatch(/^lora\/a: already there\n/);
  for (const name of ['lora--b', 'lora--c', 'lora--d']) expect(result(name).train_info, said).toMatchObject({ status: 'success', train_time: 9.75, first_step_time: 9, median_step_time: 0.25, typical_train_time: 1, device: 'PyTorch cuda a card' });
});

test.skipIf(noPython !== '')('a part of all is every so manieth', () => {
  expect(run(['all', '--shard', '2/2'])).not.toMatch(/lora\/[ac]/);
  expect([result('lora--b').train_info.status, result('lora--d').train_info.status]).toEqual(['success', 'success']);
  expect(run(['all', '--shard', '3/2'])).toMatch(/--shard is '3\/2'; write 1\/4/);
});

test.skipIf(noPython !== '')('an experiment that fails leaves its reason, and the others go on', () => {
  const said = run(['all'], `def failing(given):
    if run.FOLDER.name == "c":
        raise ValueError("no such thing")
    return trained(given)
run.train_one = failing`);
  expect(said).toMatch(/lora\/c: ValueError: no such thing[^]*1 of 4 experiments failed/);
  expect([result('lora--c').train_info.status, result('lora--c').run_info.error_msg, result('lora--d').train_info.status]).toEqual(['failed', 'ValueError: no such thing', 'success']);
});

test.skipIf(noPython !== '')('a run that diverged leaves a result that can be read', () => {
  run(['3'], 'curve[2]["loss"] = float("nan")\nfinal["loss"] = float("inf")');
  expect(result('lora--d')).toMatchObject({ fullrank: { run: { curve: [{ loss: 1 }, { loss: 1 }, { loss: null }, { loss: 1 }] } } });
});

test.skipIf(noPython !== '')('a result is there whole or not at all', () => {
  run(['3'], 'import os\nos.replace = lambda *names: os._exit(9)');
  expect(existsSync(join(folder, 'results', 'lora--d.json'))).toBe(false);
  run(['3']);
  expect(result('lora--d').train_info.status).toBe('success');
});

/** Runs a script of a study in the folder, its clouds stood in for by programs of these names, whose far side is a folder; what it said. */
function onCloud(script: 'sky.sh' | 'hf-jobs.sh', programs: Record<string, string>, ...args: string[]): { said: string; status: number | null } {
  for (const [name, text] of Object.entries(scripts({ study: 'a set', experiments: 4, packed: true, texts: false, base: null }, 4))) writeFileSync(join(folder, name), text);
  const [bin, far] = [join(folder, 'bin'), join(folder, 'far')];
  for (const path of [bin, join(far, 'results')]) mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), `#!/bin/bash\necho "$(basename "$0") $*" >&2\n${text}\n`, { mode: 0o755 });
  const { stdout, stderr, status } = spawnSync('bash', [join(folder, script), ...args], { encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, FAR: far } });
  return { said: stdout + stderr, status };
}
const done = `echo '{"train_info": {"status": "success"}}' > "$FAR/results/lora--d.json"`;

test('sky.sh brings results back before it gives the machines back, and keeps these where it cannot', () => {
  const sky = `if [ "$1" = launch ]; then ${done}; fi`;
  const { said, status } = onCloud('sky.sh', { sky, rsync: 'from=${3#*:sky_workdir/}; if [ -d "$FAR/$from" ]; then cp -r "$FAR/$from." "$4"; fi' }, '2');
  expect([status, result('lora--d').train_info.status], said).toEqual([0, 'success']);
  expect(said).toMatch(/sky launch .* --num-nodes 2 [^]*rsync .*-worker1:[^]*sky down/);
  const cut = onCloud('sky.sh', { sky, rsync: 'exit 12' });
  expect([cut.status, /sky down/.test(cut.said)]).toEqual([12, false]);
});

test('hf-jobs.sh brings results back from a private data set, also of a job that failed', () => {
  const hf = `case "$1" in download) cp -r "$FAR/results" .;; jobs) ${done}; exit 3;; esac`;
  const { said, status } = onCloud('hf-jobs.sh', { hf }, 'me/study');
  expect([status, result('lora--d').train_info.status], said).toEqual([3, 'success']);
  expect(said).toMatch(/hf upload me\/study .*--private[^]*hf jobs run .*--secrets HF_TOKEN[^]*hf download/);
  expect(said).toContain('2 of 4 experiments have a result');
});

test('a container file brings the command and Vulkan', () => {
  expect(scripts({ study: 'a set', experiments: 3, packed: true, texts: false, base: null }, 4).Containerfile).toMatch(/^FROM [^]*libvulkan1[^]*npm install --global fullrank webgpu[^]*ENTRYPOINT \["fullrank"\]/m);
});

test('slurm.sh asks for nothing that a small node refuses, to be queued again, and has a place for the environment and for images that are files', () => {
  const facts = { study: 'a set', experiments: 3, packed: false, texts: false, base: null };
  const files = scripts(facts, 4);
  for (const name of ['slurm.sh', 'slurm-fullrank.sh']) {
    const asked = files[name]!.split('\n').filter((line) => line.startsWith('#SBATCH'));
    expect(asked.join('\n')).not.toMatch(/--(cpus-per-task|mem|partition|account|nodes)/);
    expect(asked).toContain('#SBATCH --requeue');
    execFileSync('bash', ['-n'], { input: files[name] });
  }
  expect(files['slurm.sh']).toMatch(/^# source .*activate/m);
  expect(files['slurm.sh']).toMatch(/^# The images are no part of this folder.* DATA=\/folder sbatch slurm\.sh$/m);
  expect(files['slurm.sh']).toContain('run.py "$SLURM_ARRAY_TASK_ID" ${DATA:+--data "$DATA"}');
  expect(scripts({ ...facts, packed: true }, 4)['slurm.sh']).not.toContain('DATA');
});
