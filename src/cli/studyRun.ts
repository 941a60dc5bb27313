import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors/errors';
import { defined } from '../numbers/defined';
import { resultPath, resultText, type Experiment } from '../records/study';
import type { RunRecord } from '../train/protocol';
import { Claim, Claims, LostError, type Seen } from './claims';
import { UsageError, type Given } from './command';
import { quiet } from './compare';
import { writeWhole } from './files';
import { atFoundRate, searchBeside } from './rates';
import { Ended, endedBy, stoppable, withStop } from './signals';
import { board, type Board } from './studyBoard';
import { experimentName, openStudy, ratesOf, readResultOf, resultOf, type Cell, type Here, type Study } from './studyFolder';
import { RunFailed, trainOnce } from './train';

/** Exit codes of a study that is not all there: an experiment failed; others work on the rest; nobody does. */
export const FAILED = 1;
export const OTHERS = 3;
export const NOBODY = 4;

export interface RunOptions {
  spec?: string;
  jobs: number;
  /** Flags that other processes of the study take over. */
  flags: string[];
  /** Part of the experiments and number of parts, from 1. */
  shard?: [part: number, of: number];
  /** Seconds of silence after which the claim of another process is taken over. */
  silence: number;
  checkpoint_every?: number;
  change: Here;
}

/** Part and number of parts of --shard. Throws UsageError. */
export function shardFrom(given: Given): [number, number] | undefined {
  if (given.shard === undefined) return undefined;
  const [, part, of] = (/^(\d+)\/(\d+)$/.exec(String(given.shard)) ?? []).map(Number);
  if (part === undefined || of === undefined || part < 1 || part > of) throw new UsageError(`--shard is ${JSON.stringify(given.shard)}; write 1/4 for the first of four parts, up to 4/4`);
  return [part, of];
}

/** Trains what has no result and nobody else has; the table of all, or `Ended` with the code that says what is missing. */
export const runStudy = (folder: string, say: (line: string) => void, options: RunOptions): Promise<Board> =>
  stoppable(async () => {
    const study = await openStudy(folder, options.spec, options.change);
    const { jobs } = options;
    const wanted = placesOf(study, options.shard);
    const worker = new Worker(folder, study, options, say);
    await worker.begin();
    if (jobs > 1) await others(folder, options);
    // What others had at first may be free by the end.
    while (await worker.pass(wanted));
    const all = await board(folder, study, say);
    const missing = wanted.filter((place) => all.missing.includes(nameAt(study, place)));
    if (missing.length === 0) return all;
    const failed = missing.filter((place) => worker.failed.has(nameAt(study, place)) || worker.failed.has(place.cell.name));
    if (failed.length > 0) throw new Ended(FAILED, `${failed.length} of ${wanted.length} experiments failed; fullrank study status ${folder} says why.`, all);
    say('others work on the rest');
    throw new Ended(OTHERS, '', all);
  });

/** An experiment that may not be known yet: a setting and the place of its seed. */
interface Place {
  cell: Cell;
  seed: number;
}

/** Every place of a part of the grid, seed by seed, so that whatever ends a study leaves its methods with as many results each. */
function placesOf({ cells, seeds }: Study, [part, of]: [number, number] = [1, 1]): Place[] {
  const mine = cells.flatMap((cell) => seeds.map((_, seed) => ({ cell, seed }))).filter((_, i) => i % of === part - 1);
  return mine.sort((a, b) => a.seed - b.seed);
}

/** Name of the experiment at a place, which it has before its rate is known. */
const nameAt = ({ seeds }: Study, { cell, seed }: Place): string => experimentName(cell, defined(seeds[seed]));

class Worker {
  /** Experiments that have failed here, or elsewhere since this began, and settings whose search for a rate has failed here. */
  readonly failed = new Set<string>();
  private readonly claims: Claims;
  private readonly known = new Map<string, string>();
  /** Failures of before, which are tried once more: when they ended. */
  private readonly before = new Map<string, number | undefined>();

  constructor(
    private readonly folder: string,
    private readonly study: Study,
    private readonly options: RunOptions,
    private readonly say: (line: string) => void,
  ) {
    this.claims = new Claims(join(folder, 'results'), options);
  }

  /** Notes what has failed by now. */
  async begin(): Promise<void> {
    for (const { name } of this.study.experiments) await this.noteFailure(name, (run) => this.before.set(name, run.ended));
  }

  /** Goes over the experiments once. True if one was trained. */
  async pass(wanted: readonly Place[]): Promise<boolean> {
    let trained = false;
    for (const { cell, seed } of wanted) {
      const found = cell.experiments.length > 0 || (await this.find(cell));
      const experiment = cell.experiments[seed];
      if (!found || !experiment || this.failed.has(experiment.name)) continue;
      // What a process has begun to write it writes to the end.
      trained = (await withStop(() => {}, () => this.one(cell, experiment))) || trained;
      const code = endedBy();
      if (code !== null) throw new Ended(code, `Stopped; ${experiment.name} has come to its end.`);
    }
    return trained;
  }

  /** Finds the learning rate of a setting, unless another process has found it or is about to; true once its experiments are known. */
  private async find(cell: Cell): Promise<boolean> {
    const { folder, study, options: { silence } } = this;
    const { called, here, opened: { text } } = study;
    if (this.failed.has(cell.name)) return false;
    const out = ratesOf(folder, cell.name);
    const known = async (): Promise<boolean> => {
      const rates = await searchBeside(out, called, { ...cell, text });
      if (rates) await study.layOut(cell, rates);
      return rates !== null;
    };
    if (await known()) return true;
    const claim = await new Claims(dirname(out), { silence }).take(fileOf(cell.name));
    if (!(claim instanceof Claim)) return this.once(cell.name, `${claim ? whoHas(claim) : 'another process'} is looking for its learning rate`);
    let done = false;
    try {
      if (!(done = await known())) {
        this.say(`${cell.name}: its learning rate`);
        await atFoundRate({ ...here, method: cell.method, train: cell.train, ...(text && { text }), out, say: this.say }, called);
        done = await known();
      }
      return done;
    } catch (error) {
      if (endedBy() !== null) throw error;
      this.failed.add(cell.name);
      return this.once(cell.name, `no learning rate was found: ${messageOf(error)}`);
    } finally {
      await claim.release(done, 'stopped');
    }
  }

  private async noteFailure(name: string, note: (run: RunRecord) => void): Promise<void> {
    const result = await readResultOf(this.folder, name, this.say);
    if (result && !result.success) note(result.run);
  }

  /** Trains an experiment; false where there is a result, or another process has it. */
  private async one(cell: Cell, experiment: Experiment): Promise<boolean> {
    const { folder } = this;
    const { name } = experiment;
    if (await resultOf(folder, experiment)) return this.once(name, THERE);
    const claim = await this.claims.take(fileOf(name));
    if (!(claim instanceof Claim)) return this.once(name, `${claim ? whoHas(claim) : 'another process'} has it`);
    let done = false;
    let why = 'stopped';
    try {
      // The one before may have ended in between, or failed.
      if (await resultOf(folder, experiment)) {
        done = true;
        return false;
      }
      await this.noteFailure(name, (run) => run.ended !== this.before.get(name) && this.failed.add(name));
      if (this.failed.has(name)) return this.once(name, 'has failed elsewhere meanwhile');
      this.say(name);
      this.known.set(name, THERE);
      await this.train(cell, experiment, claim);
      done = !this.failed.has(name);
      why = 'failed';
      return true;
    } finally {
      await claim.release(done, why);
    }
  }

  private async train({ budget, rates }: Cell, experiment: Experiment, claim: Claim): Promise<void> {
    const { name, spec } = experiment;
    const { here } = this.study;
    const { checkpoint_every = spec.train.checkpoint_every } = this.options;
    const keep = async (run: RunRecord): Promise<void> => {
      await claim.check();
      await writeWhole(join(this.folder, resultPath(name)), resultText(experiment, run));
    };
    try {
      await keep(await trainOnce({ ...spec, ...here, ...(budget && { budget }), ...(rates && { rates }), train: { ...spec.train, checkpoint_every }, out: join(this.folder, 'adapters', name), resume: 'fitting', signal: claim.lost, progress: (step, steps) => claim.note(step, steps), say: quiet(this.say) }));
    } catch (error) {
      if (error instanceof LostError) return this.say(`${name}: ${error.message}`);
      if (error instanceof Ended || endedBy() !== null) throw error;
      // The others go on; the result says what went wrong.
      this.failed.add(name);
      this.say(`${name}: failed: ${messageOf(error)}`);
      await keep(error instanceof RunFailed ? error.record : failedRun(experiment, error)).catch((lost: unknown) => this.say(`${name}: ${messageOf(lost)}`));
    }
  }

  /** Says what keeps it from an experiment, unless it was the same before. */
  private once(name: string, what: string): false {
    if (this.known.get(name) !== what) this.say(`${name}: ${what}`);
    this.known.set(name, what);
    return false;
  }
}

const THERE = 'already there';

/** Name of an experiment's files. */
export const fileOf = (name: string): string => name.replaceAll('/', '--');

export const whoHas = ({ by }: Seen): string => (by ? `${by.host}, process ${by.pid},` : 'another process');

/** A run that has not come so far as to say anything. */
const failedRun = ({ spec }: Experiment, error: unknown): RunRecord => ({ spec, curve: [], evaluations: [], summary: null, state: 'failed', created: Date.now(), ended: Date.now(), error: { kind: 'internal', message: messageOf(error), kept: '', details: '' } });

/** The same command in as many processes, which end as this one does. */
async function others(folder: string, { jobs, flags }: RunOptions): Promise<void> {
  // In groups of their own, so that a terminal's interrupt reaches each once, through this one.
  const children = Array.from({ length: jobs }, () => spawn(process.execPath, [...process.execArgv, defined(process.argv[1]), 'study', 'run', folder, ...flags], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }));
  const ended = Promise.all(children.map((child) => new Promise<void>((done, fail) => child.on('error', fail).on('exit', () => done()))));
  await withStop((signal) => children.forEach((child) => child.kill(signal)), () => ended);
  const code = endedBy();
  if (code !== null) throw new Ended(code, 'Stopped, with all processes of the study; what each has kept it said, and the same command goes on from it.');
}
