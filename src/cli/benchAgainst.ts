import { execFileSync, spawn } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { againstTable, changes } from '../bench/against';
import type { Place } from '../bench/entry';
import { parseReports, type Row } from '../bench/report';
import { UsageError } from './command';
import { root } from './setup/run.mjs';

/** Entries of another commit and of this working tree, in turn: whatever else the machine does meets both. */

export interface Against {
  commit: string;
  names: readonly string[];
  where: Place;
  turns: number;
  /** Flags of the benchmark that both take. */
  flags: string[];
}

/** Measures both and prints a table; the exit code: 1 where nothing could be compared. Throws UsageError where there is no such commit. */
export async function against({ commit, names, where, turns, flags }: Against, say: (line: string) => void): Promise<number> {
  const hash = hashOf(commit);
  const other = join(root, '.cache', 'against', hash);
  if (!existsSync(other)) git('worktree', 'add', '--force', '--detach', other, hash);
  try {
    // The same packages, so that what differs is ours.
    if (!existsSync(join(other, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(other, 'node_modules'), 'dir');
    if (!(await readFile(join(other, 'package-lock.json'))).equals(await readFile(join(root, 'package-lock.json')))) say(`${hash} asks for other packages; it is measured with those of this tree`);
    let compared = 0;
    for (const name of names) {
      const before: Row[][] = [];
      const now: Row[][] = [];
      for (let turn = 0; turn < turns; turn++) {
        // The one that begins changes, as a machine may be quicker while it is cool.
        for (const [tree, rows] of turn % 2 ? [[root, now] as const, [other, before] as const] : [[other, before] as const, [root, now] as const]) rows.push(await measured(tree, name, where, flags));
        say(`${name}: turn ${turn + 1} of ${turns}`);
      }
      const found = changes({ before, now });
      say(found.length > 0 ? `\n${againstTable(found, hash)}\n` : `${name}: ${hash} has no such entry, or neither has numbers`);
      compared += found.length;
    }
    return compared > 0 ? 0 : 1;
  } finally {
    git('worktree', 'remove', '--force', other);
  }
}

const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function hashOf(commit: string): string {
  try {
    return git('rev-parse', '--short', '--verify', '--end-of-options', `${commit}^{commit}`);
  } catch {
    throw new UsageError(`--against ${commit}: this repository has no such commit`);
  }
}

/** Rows of one entry as the benchmark of a tree measures it; none where it cannot. */
async function measured(tree: string, name: string, where: Place, flags: string[]): Promise<Row[]> {
  const child = spawn(process.execPath, [join(tree, 'src/cli/bench.mjs'), '--only', name, '--in', where, '--json', '-', ...flags], { cwd: tree, stdio: ['ignore', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  await new Promise((done) => child.on('close', done));
  const text = Buffer.concat(parts).toString('utf8');
  return text.trim() === '' ? [] : parseReports(text).flatMap(({ rows }) => rows);
}
