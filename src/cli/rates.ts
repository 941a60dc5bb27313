import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import type { Field } from '../adapters/field';
import type { Dataset } from '../data/source';
import { EngineError } from '../engine/errors';
import { runRates } from '../records/rates.meta';
import { completeTrain, totalSteps } from '../train/config';
import type { RateSearch, RateTrial, RunSpec, TrainConfig } from '../train/protocol';
import { hasRate, ownRate, rateCost, rateKey, RATE_SEED, ratesTried } from '../train/rates.meta';
import { searchRate } from '../train/searchRate';
import type { Session } from '../train/session';
import { runSplits, trialSplits } from '../train/split';
import { table, UsageError, type Flag } from './command';
import { jsonOrNull, writeWhole } from './files';
import { RATES_FILE } from './outs';
import { endedBy, withStop } from './signals';
import { openRequest, type TrainRequest } from './train';

/** `--lr auto`: a learning rate that is found before the first run, once for all seeds. */

/** Training settings as they are given, which may ask for a rate. */
type Given = Record<string, unknown>;

export const isAuto = ({ lr }: Given): boolean => lr === 'auto';

/** Settings without the word: the method's own rate, until one is found. */
export const withoutAuto = ({ lr, ...rest }: Given): Partial<TrainConfig> => (lr === undefined || lr === 'auto' ? rest : { lr: lr as number, ...rest });

/** The flag of a training setting; that of the rate takes `auto` as well. */
export const orAuto = (field: Field): Flag => (field.name === 'lr' ? { ...field, value: 'N|auto', help: `${field.help} auto finds it with trials, judged on held-out training pictures and never on test pictures; what a stopped search has tried is kept in --out.` } : field);

/** Names by which a search is kept, where a request says where model and data lie instead. */
type Called = { model: string; data: string };

/** The request at the rate that trials find for it, or have found for a run beside it. Throws UsageError, and what a search throws. */
export async function atFoundRate(request: TrainRequest, called?: Called): Promise<TrainRequest> {
  const { say } = request;
  if (request.batches !== undefined) throw new UsageError('--lr auto holds back training pictures, and fixed --batches have none; give --data, or a rate');
  if (!hasRate(request.method.method, completeTrain(request.train))) {
    say(`${request.method.method} trains the head alone, at the head's own rate: there is no other to find`);
    return request;
  }
  const rates = await foundOrSought(request, called);
  say(`learning rate ${rates.lr}, found by ${rates.trials.length} looks at ${ratesTried(rates)} rates on ${rates.held} pictures that were held back${rates.kept ? "; so few pictures could not tell the rates apart, and the method's own was kept" : rates.edge ? '; it is an end of the rates that were tried, and a better one may lie beyond' : ''}`);
  return { ...request, train: { ...request.train, lr: rates.lr }, rates };
}

const keyOf = ({ model, data }: Called, { method, train, text }: Pick<TrainRequest, 'method' | 'train' | 'text'>): string => rateKey({ model, data, edits: undefined, method, train: completeTrain(train), text });

/** The search that a run of this request in this folder, or in one beside it, has left; null where there is none. */
export const searchBeside = async (out: string, called: Called, request: Pick<TrainRequest, 'method' | 'train' | 'text'>): Promise<RateSearch | null> => (await knownBeside(out, keyOf(called, request)))?.search ?? null;

/** The search of a request: one that a run beside it has left, where that is there. An adapter to start from is no setting: nothing else counts for it. */
async function foundOrSought(request: TrainRequest, called: Called = { model: request.model, data: request.data! }): Promise<RateSearch> {
  const { out, adapter, say } = request;
  const key = adapter === undefined ? keyOf(called, request) : '';
  const known = key && out !== undefined ? await knownBeside(out, key) : null;
  if (known) say(`found before, as ${known.path} says`);
  const search = known?.search ?? (await seek(request, key));
  if (!known) tell(search, say);
  if (out !== undefined && !known) await writeWhole(join(out, RATES_FILE), JSON.stringify({ key, search }, null, 1));
  return search;
}

/** Searches, or goes on with a search that was stopped; says before what that takes and meanwhile how it goes. */
async function seek(request: TrainRequest, key: string): Promise<RateSearch> {
  const { say, out } = request;
  const looks: RateTrial[] = [];
  // After each look: whatever ends the process, no more than the one that goes on is lost.
  let written = Promise.resolve();
  const keep = (): void => {
    if (key && out !== undefined) written = written.then(() => writeWhole(join(out, RATES_FILE), JSON.stringify({ key, looks: looks.map(packed) }, null, 1)));
    // Said at the end.
    written.catch(() => {});
  };
  const before = key && out !== undefined ? await looksIn(join(out, RATES_FILE), key) : [];
  const { source: _, ...opened } = await openRequest(request);
  const data = opened.data!;
  try {
    sayCost(opened.spec, data, say);
    if (before.length) say(`a search that was stopped is gone on with: ${before.length} of its looks are kept`);
    const begun = performance.now();
    let session: Session | null = null;
    const search = await withStop(() => session?.stop(), () => searchRate({ ...opened, data, tried: before }, {
      opened: (now) => {
        session = now;
        if (endedBy() !== null) now.stop();
      },
      tried: (trial, { done, total }) => {
        const { lr, steps, loss, accuracy } = trial;
        looks.push(trial);
        // What is gone over once more lies in the file already.
        if (looks.length > before.length) keep();
        const left = ((performance.now() - begun) / 1000 / done) * (total - done);
        say(`rate ${lr}  ${steps} steps  ${Number.isNaN(loss) ? 'diverged' : `loss ${loss.toFixed(4)}  accuracy ${percent(accuracy)} %`}  about ${Math.round(left)} s left`);
      },
    }));
    if (search.stopped) throw new EngineError('aborted', `Stopped: the best rate so far is ${search.lr}. --lr ${search.lr} trains at it; the same command with --out goes on with the search.`);
    return search;
  } finally {
    opened.device.destroy();
    await written;
  }
}

function sayCost({ method: { method }, train }: RunSpec, data: Dataset, say: (line: string) => void): void {
  const { follow, train: left } = trialSplits(data, train);
  const { steps } = totalSteps(train, runSplits(data, train).train.count);
  const cost = rateCost(steps);
  say(`finding the learning rate of ${method} around its own, ${ownRate(method)}: usually ${cost.steps} steps and ${cost.trials} looks, where a run takes ${steps} steps; at most ${cost.most.steps} and ${cost.most.trials}, where rates cannot be told apart or the best is an end of the ladder`);
  say(`${follow.count} ${data.val ? 'validation' : 'training'} pictures are held back to decide by, ${left.count} are trained on; seed ${RATE_SEED}; no test picture is looked at`);
}

function tell({ trials }: RateSearch, say: (line: string) => void): void {
  const rows = [...trials].sort((a, b) => a.rung - b.rung || a.lr - b.lr).map(({ lr, steps, loss, accuracy }) => [String(lr), steps, Number.isNaN(loss) ? 'diverged' : loss.toFixed(4), percent(accuracy)]);
  table([['rate', 'steps', 'loss', 'accuracy %'], ...rows]).forEach(say);
}

const percent = (share: number): string => (100 * share).toFixed(1);

const kept = z.object({ key: z.string(), search: runRates });

/** Losses as they are kept: base64 of float32. */
const packedLook = z.object({ lr: z.number(), steps: z.number(), rung: z.number(), loss: z.nullable(z.number()), accuracy: z.number(), losses: z.string().check(z.maxLength(1e6)) });
const keptLooks = z.object({ key: z.string(), looks: z.array(packedLook).check(z.maxLength(1000)) });
const packed = ({ losses, ...trial }: RateTrial): z.input<typeof packedLook> => ({ ...trial, losses: Buffer.from(losses!.buffer, losses!.byteOffset, losses!.byteLength).toString('base64') });
const unpacked = ({ loss, losses, ...trial }: z.output<typeof packedLook>): RateTrial => ({ ...trial, loss: loss ?? NaN, losses: new Float32Array(Uint8Array.from(Buffer.from(losses, 'base64')).buffer) });

/** Trials that a stopped search of this key has looked at; empty if there was none. */
async function looksIn(path: string, key: string): Promise<RateTrial[]> {
  const read = existsSync(path) ? keptLooks.safeParse(jsonOrNull(await readFile(path, 'utf8'))) : null;
  return read?.success && read.data.key === key ? read.data.looks.map(unpacked) : [];
}

/** True where a search in this folder has come to its end. */
export async function isFound(folder: string): Promise<boolean> {
  const path = join(folder, RATES_FILE);
  return existsSync(path) && kept.safeParse(jsonOrNull(await readFile(path, 'utf8'))).success;
}

/** The search of this key that a run in this folder, or in one beside it, has left; null where there is none. */
async function knownBeside(out: string, key: string): Promise<{ path: string; search: RateSearch } | null> {
  const parent = dirname(resolve(out));
  const names = existsSync(parent) ? (await readdir(parent)).sort() : [];
  for (const path of names.map((name) => join(parent, name, RATES_FILE))) {
    if (!existsSync(path)) continue;
    const read = kept.safeParse(jsonOrNull(await readFile(path, 'utf8')));
    if (read.success && read.data.key === key) return { path, search: read.data.search };
  }
  return null;
}
