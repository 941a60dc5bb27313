import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import type { Field } from '../adapters/field';
import type { Dataset } from '../data/source';
import { runRates } from '../records/rates.meta';
import { completeTrain, totalSteps } from '../train/config';
import type { RateSearch, RunSpec, TrainConfig } from '../train/protocol';
import { hasRate, ownRate, rateCost, rateKey, RATE_SEED } from '../train/rates.meta';
import { searchRate } from '../train/searchRate';
import { runSplits, trialSplits } from '../train/split';
import { table, UsageError, type Flag } from './command';
import { writeWhole } from './files';
import { openRequest, type TrainRequest } from './train';

/** `--lr auto`: a learning rate that is found by short runs, once for all seeds. */

/** Training settings as they are given, which may ask for a rate. */
type Given = Record<string, unknown>;

/** File beside a run's own in which its search is kept as soon as it has ended. */
const FILE = 'rates.json';

export const isAuto = ({ lr }: Given): boolean => lr === 'auto';

/** Settings without the word: the method's own rate, until one is found. */
export const withoutAuto = ({ lr, ...rest }: Given): Partial<TrainConfig> => (lr === undefined || lr === 'auto' ? rest : { lr: lr as number, ...rest });

/** The flag of a training setting; that of the rate takes `auto` as well. */
export const orAuto = (field: Field): Flag => (field.name === 'lr' ? { ...field, value: 'N|auto', help: `${field.help} auto finds it with short runs, judged on held-out training pictures and never on test pictures.` } : field);

/** The request at the rate that short runs find for it, or have found for a run beside it. Throws UsageError, and what a search throws. */
export async function atFoundRate(request: TrainRequest): Promise<TrainRequest> {
  const { say } = request;
  if (request.batches !== undefined) throw new UsageError('--lr auto holds back training pictures, and fixed --batches have none; give --data, or a rate');
  if (!hasRate(request.method.method, completeTrain(request.train))) {
    say(`${request.method.method} trains the head alone, at the head's own rate: there is no other to find`);
    return request;
  }
  const rates = await foundOrSought(request);
  say(`learning rate ${rates.lr}, found by ${rates.trials.length} short runs on ${rates.held} pictures that were held back${rates.kept ? "; so few pictures could not tell the rates apart, and the method's own was kept" : rates.edge ? '; no rate beyond it was tried, and a better one may be there' : ''}`);
  return { ...request, train: { ...request.train, lr: rates.lr }, rates };
}

/** The search of a request: one that a run beside it has left, where that is there. An adapter to start from is no setting: nothing else counts for it. */
async function foundOrSought(request: TrainRequest): Promise<RateSearch> {
  const { out, adapter, say } = request;
  const key = adapter === undefined ? rateKey({ model: request.model, data: request.data!, edits: undefined, method: request.method, train: completeTrain(request.train) }) : '';
  const known = key && out !== undefined ? await knownBeside(out, key) : null;
  if (known) say(`found before, as ${known.path} says`);
  const search = known?.search ?? (await seek(request));
  if (!known) tell(search, say);
  if (out !== undefined && !known) await writeWhole(join(out, FILE), JSON.stringify({ key, search }, null, 1));
  return search;
}

/** Searches, and says before what that takes and meanwhile how it goes. */
async function seek(request: TrainRequest): Promise<RateSearch> {
  const { say } = request;
  const { source: _, ...opened } = await openRequest(request);
  const data = opened.data!;
  try {
    sayCost(opened.spec, data, say);
    const begun = performance.now();
    return await searchRate({ ...opened, data }, {
      opened: (session) => onInterrupt(() => session.stop()),
      tried: ({ lr, steps, loss, accuracy }, { done, total }) => {
        const left = ((performance.now() - begun) / 1000 / done) * (total - done);
        say(`rate ${lr}  ${steps} steps  ${Number.isNaN(loss) ? 'diverged' : `loss ${loss.toFixed(4)}  accuracy ${percent(accuracy)} %`}  about ${Math.round(left)} s left`);
      },
    });
  } finally {
    onInterrupt(null);
    opened.device.destroy();
  }
}

function sayCost({ method: { method }, train }: RunSpec, data: Dataset, say: (line: string) => void): void {
  const { follow, train: left } = trialSplits(data, train);
  const { steps } = totalSteps(train, runSplits(data, train).train.count);
  const cost = rateCost(steps);
  say(`finding the learning rate of ${method} around its own, ${ownRate(method)}: ${cost.trials} short runs, ${cost.steps} steps in all, where a run takes ${steps}; ${cost.most.trials} and ${cost.most.steps} where the best rate is an end of the ladder`);
  say(`${follow.count} ${data.val ? 'validation' : 'training'} pictures are held back to decide by, ${left.count} are trained on; seed ${RATE_SEED}; no test picture is looked at`);
}

function tell({ trials }: RateSearch, say: (line: string) => void): void {
  const rows = [...trials].sort((a, b) => a.rung - b.rung || a.lr - b.lr).map(({ lr, steps, loss, accuracy }) => [String(lr), steps, Number.isNaN(loss) ? 'diverged' : loss.toFixed(4), percent(accuracy)]);
  table([['rate', 'steps', 'loss', 'accuracy %'], ...rows]).forEach(say);
}

const percent = (share: number): string => (100 * share).toFixed(1);

/** What Ctrl-C stops. */
let interrupt: (() => void) | null = null;
function onInterrupt(stop: (() => void) | null): void {
  if (interrupt) process.removeListener('SIGINT', interrupt);
  interrupt = stop;
  if (stop) process.once('SIGINT', stop);
}

const kept = z.object({ key: z.string(), search: runRates });

/** The search of this key that a run in this folder, or in one beside it, has left; null where there is none. */
async function knownBeside(out: string, key: string): Promise<{ path: string; search: RateSearch } | null> {
  const parent = dirname(resolve(out));
  const names = existsSync(parent) ? (await readdir(parent)).sort() : [];
  for (const path of names.map((name) => join(parent, name, FILE))) {
    if (!existsSync(path)) continue;
    const read = kept.safeParse(parsed(await readFile(path, 'utf8')));
    if (read.success && read.data.key === key) return { path, search: read.data.search };
  }
  return null;
}

/** JSON, or nothing where a file is none: what it says is found anew. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
