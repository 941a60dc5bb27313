// npm run mutate                          every room (src/cli/mutate/rooms.mjs); one that was broken off goes on where it was
// npm run mutate -- optim sampling        some rooms
// npm run mutate -- --concurrency 1       one process of tests instead of two
// npm run mutate -- --kept                nothing is run: the table of what is kept from runs before
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentOf, keptOf, rooms, sandboxOf } from './mutate/rooms.mjs';
import { root, runTool, script, SetupError } from './setup/run.mjs';

/** @typedef {{ status: string, statusReason?: string, mutatorName: string, replacement?: string, location: { start: { line: number, column: number }, end: { line: number, column: number } } }} Mutant */
/** @typedef {{ killed: number, survived: number, named: number }} Count */

/** Words for people, which the configuration leaves out: no mutants at all. */
const isWords = (/** @type {Mutant} */ { status, statusReason }) => status === 'Ignored' && /for people$/.test(statusReason ?? '');

/** Matches what a Stryker comment without a reason says. */
const isUnexplained = (/** @type {Mutant} */ { status, statusReason }) => status === 'Ignored' && (!statusReason || /^Ignored because of|^Ignored by/.test(statusReason));

/** Mutants kept of a part, with the files they are in; null where it has not been run. @param {import('./mutate/rooms.mjs').Part} part @returns {{ file: string, source: string, mutants: Mutant[] }[] | null} */
function read(part) {
  const path = join(root, keptOf(part));
  if (!existsSync(path)) return null;
  /** @type {Record<string, { source: string, mutants: Mutant[] }>} */
  const files = JSON.parse(readFileSync(path, 'utf8')).files;
  return part.files.flatMap((file) => {
    const found = files[file];
    return found ? [{ file, source: found.source, mutants: found.mutants.filter((mutant) => !isWords(mutant)) }] : [];
  });
}

/** A mutant in one line: where, what stood there, and what stands there instead. @param {string} file @param {string} source @param {Mutant} mutant */
function line(file, source, { status, mutatorName, replacement, location: { start, end } }) {
  const short = (/** @type {string} */ text) => text.replace(/\s+/g, ' ').slice(0, 100);
  const lines = source.split('\n').slice(start.line - 1, end.line);
  // The end first: both may be on one line.
  const last = (lines.pop() ?? '').slice(0, end.column - 1);
  const [first = '', ...between] = [...lines, last];
  const text = [first.slice(start.column - 1), ...between];
  return `  ${file}:${start.line} ${mutatorName}${status === 'NoCoverage' ? ' (no test comes by)' : ''}: ${short(text.join(' '))}  ->  ${short(replacement ?? '')}`;
}

/** Counts what became of a room's mutants and prints the survivors; null if none of its parts has been run. @param {string} room @returns {Count | null} */
function count(room) {
  const parts = (rooms[room] ?? []).flatMap((part) => read(part) ?? []);
  if (parts.length === 0) return null;
  const sum = { killed: 0, survived: 0, named: 0 };
  for (const { file, source, mutants } of parts) {
    for (const mutant of mutants) {
      if (isUnexplained(mutant)) throw new SetupError(`${file}:${mutant.location.start.line}: a mutant is left out without a reason; give one behind a colon.`);
      if (mutant.status === 'Ignored') sum.named++;
      else if (mutant.status === 'Survived' || mutant.status === 'NoCoverage') {
        sum.survived++;
        console.log(line(file, source, mutant));
      } else sum.killed++;
    }
  }
  return sum;
}

/** @param {Record<string, Count>} counts */
function table(counts) {
  const rows = Object.entries(counts).map(([room, { killed, survived, named }]) => {
    const score = (100 * killed) / Math.max(1, killed + survived);
    return `| ${room} | ${killed + survived + named} | ${killed} | ${survived} | ${named} | ${score.toFixed(1)} % |`;
  });
  return ['| room | mutants | killed | survived | named | score |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

await script(async () => {
  const { values, positionals } = parseArgs({ options: { concurrency: { type: 'string', default: '2' }, kept: { type: 'boolean', default: false } }, allowPositionals: true });
  const unknown = positionals.find((name) => !(name in rooms));
  if (unknown !== undefined) throw new SetupError(`There is no room ${unknown}; there are ${Object.keys(rooms).join(', ')}.`);
  /** @type {Record<string, Count>} */
  const counts = {};
  for (const room of positionals.length > 0 ? positionals : Object.keys(rooms)) {
    for (const part of values.kept ? [] : (rooms[room] ?? [])) {
      console.log(`\n${room}: ${part.files.join(', ')}`);
      rmSync(join(root, sandboxOf(part)), { recursive: true, force: true });
      const code = await runTool('@stryker-mutator/core/bin/stryker.js', ['run', '.stryker.config.mjs', '--concurrency', values.concurrency], { env: environmentOf(part) });
      if (code !== 0) throw new SetupError(`Stryker ended with exit code ${code} at ${part.files.join(', ')}; its own message is above.`);
    }
    const found = count(room);
    if (found) counts[room] = found;
  }
  console.log(`\n${table(counts)}`);
});
