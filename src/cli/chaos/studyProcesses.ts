import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Random } from '../../data/random';
import { defined } from '../../numbers/defined';
import { readResult } from '../../records/study';
import { studyGrid } from '../../testing/chaos/studyGrid';
import { command, type Running } from '../../testing/commands';
import type { Round } from './study';

/** A space of process numbers of its own, as another machine has; empty where the system gives none. */
export const otherSpace: string[] = (() => {
  const words = ['unshare', '-p', '-f', '--mount-proc', '--kill-child'];
  return spawnSync(defined(words[0]), [...words.slice(1), 'true']).status === 0 ? words : [];
})();

const silence = 15;
const signals = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGUSR1'] as const;
/** Ends of a process: its work is done or others have the rest, or one of these signals reached it. */
const ends = new Set<number | string>([0, 3, 75, 130, 143, 137, 'SIGKILL', 'SIGTERM', 'SIGINT', 'SIGUSR1']);

/** Curves of a study's results by file, times aside. */
export function curvesOf(folder: string): Record<string, unknown> {
  const results = join(folder, 'results');
  const files = readdirSync(results).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(files.map((file) => [file, readResult(readFileSync(join(results, file), 'utf8'), file).run.curve.map(({ ms: _, ...point }) => point)]));
}

let reference: Promise<Record<string, unknown>> | null = null;

/** Processes on one folder, half of them in another space of process numbers, which are ended at any time and begun again until all is done. */
export async function processRound(seed: number, round: number): Promise<Round> {
  const random = new Random(seed, round, 0x9c);
  const root = mkdtempSync(join(tmpdir(), 'fullrank-study-'));
  const spec = join(root, 'grid.json');
  writeFileSync(spec, JSON.stringify(studyGrid));
  const ended: Record<string, number> = {};
  let broken = '';
  const holds = new Map<string, object>();
  /** A process, which takes what its lines say it takes. */
  const begin = (folder: string): Running => {
    const own = {};
    const running = command(['study', 'run', folder, '--spec', spec, '--silence', String(silence)], (line) => {
      if (!/^[a-z_]+\/\S+$/.test(line)) return;
      const other = holds.get(line);
      if (other && other !== own) broken ||= `two processes train ${line} at once`;
      for (const [name, of] of holds) if (of === own) holds.delete(name);
      holds.set(line, own);
    }, random.below(2) === 0 ? otherSpace : []);
    void running.ended.then((code) => {
      for (const [name, of] of holds) if (of === own) holds.delete(name);
      ended[`ended with ${code}`] = (ended[`ended with ${code}`] ?? 0) + 1;
      if (!ends.has(code)) broken ||= `a process ended with ${code}: ${running.lines.at(-1)}`;
    });
    return running;
  };
  try {
    reference ??= (async () => {
      const { ended: code, lines } = command(['study', 'run', join(root, 'whole'), '--spec', spec]);
      if ((await code) !== 0) throw new Error(lines.at(-1));
      return curvesOf(join(root, 'whole'));
    })();
    const expected = await reference;
    const folder = join(root, 'study');
    for (let go = 0; go < 4; go++) {
      const two = [begin(folder), begin(folder)];
      await Promise.all(two.map(async ({ child, ended: end }) => {
        await Promise.race([after(2000 + random.below(9000)), end]);
        child.kill(defined(signals[random.below(signals.length)]));
        await end;
      }));
    }
    // One that is left alone ends it all, once what others had was silent for long enough.
    await after(1000 * silence);
    const last = begin(folder);
    if ((await last.ended) !== 0) broken ||= `the last process: ${last.lines.at(-1)}`;
    else if (JSON.stringify(curvesOf(folder)) !== JSON.stringify(expected)) broken ||= 'the curves are others';
    return { ended, broken };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
