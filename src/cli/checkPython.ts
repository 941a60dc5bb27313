import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { generationOf, type Generation } from '../adapters/files/generations';
import type { Device } from '../engine/device';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { cases as all, COUNT, type Case } from './python/cases';
import { comesBack } from './python/back';
import { Writer, type Written } from './python/write';
import { table } from './command';
import { withDevice } from './gpu';
import { writeWhole } from './files';

const HELP = `npm run check:python -- [PYTHON ...] [--only TEXT] [--keep DIR]
Trains every family with every method on tiny models, and lets real Pythons open, compare and repeat what leaves from it:
adapters by their check.py and their card, merged folders by their card, bundles by train.py, whose results are opened here again.
  PYTHON       interpreters that have torch, torchvision, transformers, PEFT and accelerate; else $FULLRANK_PYTHON, several
               separated as on the path, else python3
  --only TEXT  cases whose name contains TEXT
  --keep DIR   leaves everything in DIR, which must be new
Ends with 1 when something is wrong, with 2 when no Python has the libraries.`;

interface Stack {
  python: string;
  /** Versions of its torch, transformers, peft and accelerate. */
  versions: Record<string, string>;
}

/** Verdict of the Python side on a case. */
interface Verdict {
  name: string;
  ran: string[];
  differences: Record<string, number>;
  problems: string[];
  /** This transformers lacks the model, and every folder says so. */
  old: boolean;
  /** Versions that the cards say their lines need, if newer. */
  needs: string;
}

/** The table of every Python; returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: { only: { type: 'string', default: '' }, keep: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (all.length !== COUNT) throw new Error(`${all.length} cases, ${COUNT} are expected: mend the list or the number in cli/python/cases.ts`);
  const chosen = all.filter(({ name }) => name.includes(values.only));
  const named = positionals.length ? positionals : (process.env.FULLRANK_PYTHON ?? '').split(delimiter).filter(Boolean);
  const stacks = await Promise.all((named.length ? named : ['python3']).map(stackOf));
  const usable = stacks.filter((stack): stack is Stack => typeof stack !== 'string');
  const missing = stacks.filter((stack) => typeof stack === 'string');
  if (!usable.length) {
    console.error(`SKIPPED, nothing was checked: ${missing.join('; ')}.\nGive Pythons that have torch, torchvision, transformers, peft and accelerate: npm run check:python -- PYTHON ..., or $FULLRANK_PYTHON.`);
    return 2;
  }
  if (values.keep && existsSync(values.keep)) throw new Error(`--keep ${values.keep} is there already; name a new folder`);
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'fullrank-python-'));
  try {
    let bad = missing.length;
    missing.forEach((why) => console.error(`NOT CHECKED: ${why}`));
    await withDevice(async (device) => {
      const written = await writeCases(device, chosen, folder, usable);
      for (const stack of usable) bad += await check(device, chosen, written, stack, folder);
    });
    return bad ? 1 : 0;
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** Versions that a Python has; a sentence if they are not enough. */
async function stackOf(python: string): Promise<Stack | string> {
  const code = 'import importlib, json\nprint(json.dumps({n: importlib.import_module(n).__version__ for n in ("torch", "torchvision", "transformers", "peft", "accelerate")}))';
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', `import torch.distributed.tensor\n${code}`], { maxBuffer: 2 ** 24 });
    return { python, versions: JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, string> };
  } catch (error) {
    return `${python} ${(error as Error).message.trim().split('\n').at(-1)!}`;
  }
}

/** Generation of names for a model's layers in this Python. */
const namesIn = ({ versions }: Stack, model: Pick<Model, 'renamed'>): Generation => generationOf(versions.transformers!.split('.').slice(0, 2).join('.'), model);

async function writeCases(device: Device, cases: Case[], folder: string, stacks: Stack[]): Promise<Written[]> {
  const writer = new Writer(device, folder, (model) => [...new Set(stacks.map((stack) => namesIn(stack, model)))]);
  const written: Written[] = [];
  const from = performance.now();
  for (const [at, c] of cases.entries()) {
    try {
      written.push(await writer.write(c, at));
    } catch (error) {
      throw new Error(`${c.name}: ${(error as Error).message}`, { cause: error });
    }
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${at + 1} of ${cases.length} written, ${((performance.now() - from) / 1000).toFixed(0)} s`);
  }
  console.log(`${cases.length} runs trained and written in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  return written;
}

/** The parts of a version by which it is compared. */
const parts = (version: string): number => version.split('.').slice(0, 2).reduce((sum, part) => 1000 * sum + parseInt(part, 10), 0);

/** Checks everything with one Python and prints its table; returns how many cases are wrong. */
async function check(device: Device, cases: Case[], written: Written[], stack: Stack, folder: string): Promise<number> {
  const { versions } = stack;
  const from = performance.now();
  const mine = written.map((w, at) => ({
    ...w,
    adapter: (parts(versions.peft!) >= parts(w.since) && w.adapter?.[namesIn(stack, w)]) || null,
    out: join(folder, `${at}`, `trained-${versions.transformers}`),
    same: w.repeats ? w.losses.length : 1,
  }));
  const list = join(folder, `cases-${versions.transformers}.json`);
  await writeWhole(list, JSON.stringify(mine));
  const verdicts = await drive(stack.python, list);
  for (const [at, verdict] of verdicts.entries()) {
    const w = defined(mine[at]);
    if (!w.bundle || !verdict.ran.includes('train.py') || verdict.old || verdict.problems.length) continue;
    verdict.ran.push('back');
    try {
      verdict.differences.back = await comesBack(device, defined(cases[at]), w);
    } catch (error) {
      verdict.problems.push(`back in Fullrank: ${(error as Error).message}`);
    }
  }
  const rows = verdicts.map(({ name, ran, differences, problems, needs }) => [name, ran.join(', '), largest(differences), problems.length ? 'FAILED' : !needs ? 'equal' : compared(differences) ? `equal; cards ask for ${needs}` : `asks for ${needs}`]);
  console.log(`\ntransformers ${versions.transformers}, PEFT ${versions.peft}, torch ${versions.torch}, accelerate ${versions.accelerate}`);
  table([['case', 'ran', 'largest difference', 'verdict'], ...rows]).forEach((line) => console.log(line));
  const bad = verdicts.filter(({ problems }) => problems.length);
  bad.forEach(({ name, problems }) => problems.forEach((problem) => console.log(`FAILED ${name}: ${problem}`)));
  const lost = written.length - verdicts.length;
  const asked = verdicts.filter(({ differences, problems, needs }) => !problems.length && needs && !compared(differences)).length;
  const beside = asked ? ` (${asked} of them asked for a newer transformers, and nothing was compared)` : '';
  console.log(`${verdicts.length - bad.length} of ${written.length} cases hold${beside}, ${bad.length} failed, ${lost} skipped, in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  return bad.length + lost;
}

/** Numbers were compared, and not only sentences read. */
const compared = (differences: Record<string, number>): boolean => Object.keys(differences).length > 0;

const largest = (differences: Record<string, number>): string => {
  const [first] = Object.entries(differences).filter(([name]) => name !== 'train.py').sort(([, a], [, b]) => b - a);
  return [first && `${first[1].toExponential(1)} ${first[0]}`, differences['train.py'] !== undefined && `${differences['train.py'].toExponential(1)} repeated`].filter(Boolean).join(', ');
};

/** Runs the Python side; its verdicts, in order. */
async function drive(python: string, list: string): Promise<Verdict[]> {
  const child = spawn(python, [join(import.meta.dirname, 'python/drive.py'), list], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', TOKENIZERS_PARALLELISM: 'false' } });
  let printed = '';
  child.stderr.on('data', (text: Buffer) => (printed = (printed + text.toString()).slice(-4000)));
  const verdicts: Verdict[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    verdicts.push(JSON.parse(line) as Verdict);
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${verdicts.length} checked`);
  }
  const total = (JSON.parse(readFileSync(list, 'utf8')) as unknown[]).length;
  if (verdicts.length < total) console.error(`${python} ended after ${verdicts.length} of ${total} cases: ${printed.trim()}`);
  return verdicts;
}
