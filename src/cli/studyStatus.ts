import { join } from 'node:path';
import { deviceOf, testOf } from '../records/runs';
import type { Result } from '../records/study';
import type { Evaluation } from '../train/protocol';
import { Claims, type Seen } from './claims';
import { table } from './command';
import { Ended } from './signals';
import { namesIn, ratesIn, readResultOf } from './studyFolder';
import { scoresText } from './texts';
import { FAILED, fileOf, NOBODY, OTHERS, whoHas } from './studyRun';

type State = 'done' | 'running' | 'silent' | 'failed' | 'stopped' | 'waiting';

/** An experiment as it stands. */
export interface Standing {
  name: string;
  state: State;
  /** Host and process of who has it or had it last. */
  by: string;
  /** Time at which it was taken, or at which its result was written. */
  since: string;
  what: string;
}

/** Who has what, since when, what failed and why. Neither model nor data is opened. `Ended` with a code that says what is missing. */
export async function studyStatus(folder: string, say: (line: string) => void, silence: number): Promise<{ experiments: Standing[] }> {
  const claims = new Claims(join(folder, 'results'), { silence });
  const searches = new Claims(join(folder, 'rates'), { silence });
  const sought = (await ratesIn(folder)).filter(({ found }) => !found);
  const experiments = await Promise.all([...(await namesIn(folder)).map((name) => standing(folder, name, claims, say)), ...sought.map(({ name }) => claimed(`learning rate of ${name}`, null, searches.look(fileOf(name))))]);
  if (experiments.length > 0) table([['experiment', 'state', 'by', 'since', ''], ...experiments.map(({ name, state, by, since, what }) => [name, state, by, since, what])]).forEach(say);
  const count = (state: State): number => experiments.filter((one) => one.state === state).length;
  const missing = experiments.length - count('done');
  const states: State[] = ['done', 'running', 'silent', 'failed', 'stopped', 'waiting'];
  say(`${experiments.length} experiments: ${states.filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`).join(', ') || 'none laid out so far'}`);
  const result = { experiments };
  if (experiments.length > 0 && missing === 0) return result;
  throw new Ended(count('failed') > 0 ? FAILED : count('running') > 0 ? OTHERS : NOBODY, '', result);
}

async function standing(folder: string, name: string, claims: Claims, say: (line: string) => void): Promise<Standing> {
  const result = await readResultOf(folder, name, say);
  if (!result?.success) return claimed(name, result, claims.look(fileOf(name)));
  return { name, state: 'done', by: deviceOf(result.run), since: timeOf(result.run.ended), what: reached(testOf(result.run)) };
}

/** Standing of what has no result, or failed with one. */
async function claimed(name: string, result: Result | null, claim: Promise<Seen | null>): Promise<Standing> {
  const seen = await claim;
  const by = seen?.by ? whoHas(seen).replace(/,$/, '') : '';
  const since = timeOf(seen?.by?.since);
  const far = seen?.by?.steps ? `step ${seen.by.step} of ${seen.by.steps}` : '';
  if (seen && !seen.free) return { name, state: 'running', by, since, what: [far, `heard of ${Math.round(seen.silent)} s ago`].filter(Boolean).join(', ') };
  if (result) return { name, state: 'failed', by, since: timeOf(result.run.ended), what: result.run.error?.message ?? '' };
  if (seen?.by?.released != null) return { name, state: 'stopped', by, since, what: [far, seen.by.released].filter(Boolean).join(', ') };
  if (seen) return { name, state: 'silent', by, since, what: [far, 'its process is gone or silent; the next that asks takes it over'].filter(Boolean).join(', ') };
  return { name, state: 'waiting', by: '', since: '', what: '' };
}

/** A result in words. */
const reached = (test: Evaluation | null): string => (test?.scores ? `test ${scoresText(test)}` : `test accuracy ${(100 * (test?.accuracy ?? NaN)).toFixed(1)} %`);

/** Local date and time; empty where it is not known. */
const timeOf = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms - 60_000 * new Date(ms).getTimezoneOffset()).toISOString().slice(0, 19).replace('T', ' '));
