import { defined } from '../numbers/defined';
import { booked, newUsage, watchWebGpu, type Usage } from './account';
import { PEAK, type Contestant, type Entry, type Group, type Running, type Setup } from './entry';
import { ratio, spread } from './numbers';
import type { Row } from './report';

export interface RunOptions {
  /** Times that each contestant is counted at least. */
  rounds: number;
  /** Seconds that an entry goes on for beyond its rounds, up to MOST of them: short steps scatter more, and cost less. */
  least: number;
  /** Seconds after which a contestant of an entry is not asked again; a first step beyond it counts as it is. */
  seconds: number;
  /** A contestant that is left out, by its name; nobody when empty. */
  without: string;
  /** Also the time of each kernel of ours. */
  profile: boolean;
}

/** Rounds after which a quick entry has had enough. */
const MOST = 25;

interface Lane {
  contestant: Contestant;
  usage: Usage;
  running?: Running;
  /** Reason that it does not run. */
  problem: string;
  /** Milliseconds of each counted step, and the host's share of them. */
  times: number[];
  hosts: number[];
  /** Milliseconds of all steps, the first one with its compilation included. */
  spent: number;
  result?: Float32Array;
  profile?: string;
  /** Most bytes of all steps, before results are read for checking. */
  peak: number;
  /** Of the last step. */
  step: { dispatches: number; submits: number; host: number };
}

/**
 * One entry: all contestants stand ready, take one step that is not counted (kernels are compiled), and then one step
 * each in turn, so that whatever else the machine does meets all of them. One that fails is a row that says why. Every
 * entry wants a realm of its own: some peers keep buffers for later and never give them back.
 */
export async function runEntry(group: Group, entry: Entry, setup: Setup, options: RunOptions): Promise<Row[]> {
  watchWebGpu();
  const lanes = entry.contestants
    .filter(({ name, places }) => name !== options.without && (!places || places.includes(setup.place)))
    .map((contestant): Lane => ({ contestant, usage: newUsage(), problem: '', times: [], hosts: [], spent: 0, peak: 0, step: { dispatches: 0, submits: 0, host: 0 } }));
  try {
    for (const lane of lanes) await attempt(lane, async () => void (lane.running = await lane.contestant.start(setup)));
    for (const lane of lanes) await attempt(lane, () => step(lane, -1, options.seconds));
    const start = performance.now();
    const more = (round: number) => round < options.rounds || (round < MOST && performance.now() - start < 1000 * options.least);
    for (let round = 0; more(round); round++) for (const lane of lanes) await attempt(lane, () => step(lane, round, options.seconds));
    for (const lane of lanes) lane.peak = lane.usage.peak;
    for (const lane of lanes) await attempt(lane, async () => void (lane.result = await lane.running!.result?.()));
    if (options.profile) for (const lane of lanes) await attempt(lane, async () => void (lane.profile = await lane.running!.profile?.()));
    const results = new Map(lanes.flatMap((l) => (l.result && !l.problem ? [[l.contestant.name, l.result] as const] : [])));
    const base = lanes.find((l) => l.contestant.name === group.baseline);
    const peak = lanes.find((l) => l.contestant.name === PEAK);
    return lanes.map((lane) => rowOf(group, entry, lane, { base, peak, results }));
  } finally {
    // The numbers are there: whoever cannot give back loses none of them.
    for (const lane of lanes) if (lane.running) await booked(lane.usage, () => lane.running!.stop()).catch(() => {});
  }
}

/** Runs `body` unless the contestant has failed before; a failure is kept as its problem. */
async function attempt(lane: Lane, body: () => unknown): Promise<void> {
  if (lane.problem) return;
  try {
    await booked(lane.usage, body);
  } catch (error) {
    lane.problem = defined(String((error as Error)?.message ?? error).split('\n')[0]).slice(0, 200);
  }
}

async function step(lane: Lane, round: number, seconds: number): Promise<void> {
  if (lane.spent > 1000 * seconds) return;
  const { usage } = lane;
  const before = { ...usage };
  const start = performance.now();
  await lane.running!.step();
  const ms = performance.now() - start;
  lane.spent += ms;
  lane.step = { dispatches: usage.dispatches - before.dispatches, submits: usage.submits - before.submits, host: usage.host - before.host };
  if (round < 0) return;
  lane.times.push(ms);
  lane.hosts.push(lane.step.host);
}

interface OtherContestants {
  base?: Lane;
  peak?: Lane;
  results: ReadonlyMap<string, Float32Array>;
}

function rowOf(group: Group, entry: Entry, { contestant, peak: bytes, running, problem, times, hosts, spent, result, profile, step }: Lane, { base, peak, results }: OtherContestants): Row {
  const row: Row = { group: group.name, entry: entry.name, contestant: contestant.name, problem };
  if (problem) return row;
  row.ms = spread(times.length ? times : [spent]);
  row.times = times;
  if (!times.length) row.note = 'first step only, with compilation';
  const against = (other: Lane) => ratio(times, other.times);
  if (times.length && base?.times.length) row.time_ratio = against(base);
  const flop = contestant.flop ?? entry.flop;
  if (flop) row.gflops = flop / row.ms.median / 1e6;
  if (entry.moved) row.gbytes = entry.moved / row.ms.median / 1e6;
  if (contestant.name === PEAK) return row;
  if (times.length && peak?.times.length) row.of_peak = (entry.flop ?? 1) / (peak.contestant.flop ?? 1) / against(peak);
  // What uses no WebGPU is not counted.
  if (step.dispatches) Object.assign(row, { peak_bytes: bytes, dispatches: step.dispatches, submits: step.submits });
  if (base?.peak && base !== peak) row.bytes_ratio = bytes / base.peak;
  if (running?.bytes) Object.assign(row, { bytes: running.bytes, ...(step.dispatches && { host_ms: spread(hosts.length ? hosts : [step.host]).median }) });
  if (profile) row.profile = profile;
  if (running?.parameters) row.parameters = running.parameters;
  if (entry.check && result) {
    const error = entry.check(result, results);
    if (!Number.isNaN(error)) row.error = error;
    if (error > entry.tolerance!) row.problem = `its numbers differ by ${error.toExponential(1)}, more than ${entry.tolerance}`;
  }
  return row;
}
