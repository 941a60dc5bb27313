import { Random } from '../../data/random';
import { SharedDisk } from '../../testing/chaos/claimRounds';
import { Claim, Claims, type ClaimOptions } from '../claims';
import { Log } from './log';
import { wantedBy } from './only';
import type { Options } from './options';
import { processRound } from './studyProcesses';

/** Machines that share a study and end at any time: no two train one experiment, and every one is trained. */

const SILENCE = 60;
const RESULT = 'results/x.json';

/** Ends of a round's machines, counted, and why the promise was broken. */
export interface Round {
  ended: Record<string, number>;
  broken: string;
}

/** Several machines want one experiment, on a disk whose calls come in any order; each may end or fall asleep before any of its calls. */
export async function claimRound(seed: number, round: number): Promise<Round> {
  const random = new Random(seed, round, 0x5d);
  const disk = new SharedDisk(random);
  const ended: Record<string, number> = {};
  const count = (what: string) => (ended[what] = (ended[what] ?? 0) + 1);
  /** Machines that train, and when each wrote last that it is there before it found that it still has the experiment. */
  const training = new Map<number, number>();
  let broken = '';
  const look = () => {
    // One that stood still for so long may not know yet that it was taken over from: it finds out before it writes anything.
    const awake = [...training].filter(([machine, heard]) => !disk.isEnded(machine) && disk.now - heard < 1000 * SILENCE);
    if (awake.length > 1) broken ||= `${awake.length} machines train at once: ${awake.map(([machine]) => machine).join(', ')} at ${disk.now} ms`;
  };

  const machine = async (number: number, steps: number): Promise<void> => {
    const files = disk.callsOf(number);
    const claims = new Claims('results', { silence: SILENCE, place: { host: `m${number}`, boot: String(number), space: '', pid: 1, start: '1' }, files: files as unknown as NonNullable<ClaimOptions['files']> });
    for (;;) {
      if (disk.has(RESULT)) return void count('found a result');
      const claim = await claims.take('x');
      if (!(claim instanceof Claim)) {
        await disk.turn(number);
        continue;
      }
      if (disk.has(RESULT)) {
        await claim.release(true);
        return void count('found a result');
      }
      training.set(number, disk.wrote.get(number)!);
      for (let step = 0; step < steps && !claim.lost.aborted; step++) {
        look();
        await claim.beat();
        if (!claim.lost.aborted) training.set(number, disk.wrote.get(number)!);
      }
      training.delete(number);
      if (claim.lost.aborted) {
        count('was taken over from');
        continue;
      }
      if (random.below(3) === 0) {
        await claim.release(false, 'stopped');
        count('gave it back');
        continue;
      }
      await files.writeFile(RESULT, '');
      await claim.release(true);
      return void count('trained it');
    }
  };
  const several = Array.from({ length: 2 + random.below(4) }, (_, number) => ({ number, work: machine(number, 1 + random.below(8)) }));
  // All but the last, who is there to the end, may be killed or stand still, after any number of turns.
  const faults = (async () => {
    for (const { number } of several.slice(0, -1)) {
      for (let turns = random.below(25); turns > 0; turns--) await disk.turn(-1);
      if (random.below(3) === 0) disk.sleep(number, 1000 * random.below(3 * SILENCE));
      else disk.end(number);
      count(disk.isEnded(number) ? 'was killed' : 'slept');
    }
  })();
  await faults;
  await several.at(-1)?.work;
  for (const { number } of several) disk.end(number);
  if (!disk.has(RESULT)) broken ||= 'nobody has trained it';
  return { ended, broken };
}

interface Tally {
  rounds: number;
  ended: Record<string, number>;
  broken: { round: number; why: string }[];
}

const parts: Record<string, { round: (seed: number, round: number) => Promise<Round>; of: (rounds: number) => number }> = {
  'claims on a shared disk': { round: claimRound, of: (rounds) => rounds },
  // Each trains in processes of its own and takes about a minute.
  'processes of a study': { round: processRound, of: (rounds) => Math.ceil(rounds / 100) },
};

/** Runs the rounds of each part; of processes a hundredth. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<Tally>('study', path);
  const wanted = wantedBy(only);
  const lines: string[] = [];
  let whole = true;
  for (const [name, { round, of }] of Object.entries(parts)) {
    if (!wanted(name)) continue;
    const tally = log.at(name, seed) ?? { rounds: 0, ended: {}, broken: [] };
    for (; tally.rounds < of(rounds); tally.rounds++) {
      const { ended, broken } = await round(seed, tally.rounds);
      for (const [what, times] of Object.entries(ended)) tally.ended[what] = (tally.ended[what] ?? 0) + times;
      if (broken) {
        tally.broken.push({ round: tally.rounds, why: broken });
        say(`${name}, round ${tally.rounds}: ${broken}`);
      }
      if (tally.rounds % 100 === 99) log.note(name, seed, { ...tally, rounds: tally.rounds + 1 });
    }
    log.note(name, seed, tally);
    whole &&= tally.broken.length === 0;
    lines.push(`| ${[name, tally.rounds, Object.entries(tally.ended).sort().map(([what, times]) => `${what} ${times}`).join(', '), tally.broken.length].join(' | ')} |`);
  }
  say(['| part | rounds | a machine | broken |', '|---|---|---|---|', ...lines].join('\n'));
  return whole;
}
