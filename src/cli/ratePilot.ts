import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HEAD_ONLY, methodFields } from '../adapters/fields';
import { messageOf } from '../errors/errors';
import { defined } from '../numbers/defined';
import { meanOf } from '../numbers/stats';
import { isAtChance } from '../records/chance.meta';
import type { TrainConfig } from '../train/protocol';
import { FURTHEST, ladderRate, ownRate, STRIDE } from '../train/rates.meta';
import { writeWhole } from './files';
import { withDeviceFlag } from './gpu';
import { trainOnce } from './train';

/**
 * A short run of every method that fits an image classifier, as it comes, at its own rate and at rates around it: in which of them it
 * learns. The search for a rate begins at a method's own, so that must be one of them.
 */

interface PilotRun {
  lr: number;
  /** Test accuracy, 0 to 1, and mean training loss of the last ten steps; the loss is null if the run diverged. */
  accuracy: number;
  loss: number | null;
  atChance: boolean;
}

/** By method, with its parameters besides the head's. */
type Pilot = Record<string, { parameters: number; runs: PilotRun[] }>;

const settings: Partial<TrainConfig> = { steps: 60, batch: 16, head_lr: 1e-2, image_size: 64, test_limit: 300, seed: 0 };
/** Both come with the project. */
const task = { model: 'deit-tiny-patch16-224', data: 'sign-digits' };
const RESULTS = 'benchmarks/rates/pilot.json';
/** Points of accuracy above the head alone that count as learning: twice the standard error of a share of 300 pictures. */
const MORE = 0.05;

/** Methods that fit an image classifier: all but those that need a tower of texts. */
const fits = Object.values(methodFields).filter(({ texts }) => !texts).map(({ method }) => method);

const readPilot = async (): Promise<Pilot> => (existsSync(RESULTS) ? (JSON.parse(await readFile(RESULTS, 'utf8')) as Pilot) : {});

/** A line for each run. */
const textOf = (pilot: Pilot): string =>
  `{\n${Object.entries(pilot).map(([method, { parameters, runs }]) => `"${method}": { "parameters": ${parameters}, "runs": [\n${runs.map((run) => `  ${JSON.stringify(run)}`).join(',\n')}\n] }`).join(',\n')}\n}\n`;

const best = (runs: readonly PilotRun[]): PilotRun => runs.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));

/** The next rate of a method that is to be run: its own, one beside it where none was run on that side, and further where the best lies at an end. */
function nextRate(method: string, runs: readonly PilotRun[]): number | null {
  const own = ownRate(method);
  if (!runs.some(({ lr }) => lr === own)) return own;
  // The probe trains nothing besides its head, which has a rate of its own.
  if (method === HEAD_ONLY) return null;
  if (!runs.some(({ lr }) => lr < own)) return ladderRate(own, -STRIDE);
  if (!runs.some(({ lr }) => lr > own)) return ladderRate(own, STRIDE);
  const { lr } = best(runs);
  const away = Math.round(Math.log(lr / own) / Math.log(ladderRate(1, 1)));
  const further = lr === runs[0]?.lr ? -STRIDE : lr === runs.at(-1)?.lr ? STRIDE : 0;
  return further === 0 || Math.abs(away + further) > FURTHEST ? null : ladderRate(lr, further);
}

async function record(only: readonly string[]): Promise<null> {
  for (const method of fits.filter((one) => only.length === 0 || only.includes(one))) {
    for (;;) {
      const runs = (await readPilot())[method]?.runs ?? [];
      const lr = nextRate(method, runs);
      if (lr === null) break;
      try {
        const { summary, curve } = await trainOnce({ ...task, method: { method }, train: { ...settings, lr }, say: () => {} });
        const final = summary.final!;
        const loss = meanOf(curve.slice(-10).map((point) => point.loss))?.mean ?? NaN;
        runs.push({ lr, accuracy: final.accuracy, loss: Number.isFinite(loss) ? Number(loss.toPrecision(4)) : null, atChance: isAtChance(final) });
        // Another process may have written meanwhile.
        await writeWhole(RESULTS, textOf({ ...(await readPilot()), [method]: { parameters: summary.plan.adapter_parameters, runs: runs.sort((a, b) => a.lr - b.lr) } }));
        console.log(`${method}  ${lr}  ${(100 * final.accuracy).toFixed(1)} %  loss ${loss.toFixed(3)}`);
      } catch (error) {
        console.log(`${method} at ${lr}: ${messageOf(error)}`);
        break;
      }
    }
  }
  return null;
}

async function table(): Promise<void> {
  const pilot = await readPilot();
  const probe = defined(pilot[HEAD_ONLY]?.runs[0]).accuracy;
  const percent = (share: number) => (100 * share).toFixed(1);
  console.log('| method | parameters | its own rate | at its own rate % | learns from | to | best at | % |\n|---|---|---|---|---|---|---|---|');
  for (const method of fits.filter((one) => pilot[one])) {
    const { parameters, runs } = defined(pilot[method]);
    const own = runs.find(({ lr }) => lr === ownRate(method));
    const learning = runs.filter(({ accuracy }) => accuracy >= probe + MORE).map(({ lr }) => lr);
    const range = learning.length ? [learning[0], learning.at(-1)] : ['–', '–'];
    console.log(`| ${[method, parameters, ownRate(method), own ? percent(own.accuracy) : '–', ...range, best(runs).lr, percent(best(runs).accuracy)].join(' | ')} |`);
  }
}

/** Runs what has not been run, or prints what is there. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { only: { type: 'string' }, device: { type: 'string', default: 'wasm' }, table: { type: 'boolean', default: false } } });
  if (values.table) return table().then(() => 0);
  const only = values.only?.split(',') ?? [];
  await withDeviceFlag({ help: '', computes: true, flags: [], examples: [], run: () => record(only) }).run({ device: values.device }, () => {});
  return 0;
}
