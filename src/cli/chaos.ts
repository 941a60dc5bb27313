import { parseArgs } from 'node:util';
import type { Options } from './chaos/options';
import { UsageError } from './command';

/** Faults on purpose, seeded and repeatable: one command a kind. */
const kinds: Record<string, () => Promise<{ run(options: Options, say: (line: string) => void): Promise<boolean> }>> = {
  files: () => import('./chaos/files'),
  hub: () => import('./chaos/hub'),
  endurance: () => import('./chaos/endurance'),
  failing: () => import('./chaos/failing'),
  browser: () => import('./chaos/browser'),
  tab: () => import('./chaos/tab'),
  study: () => import('./chaos/study'),
};

/** Runs one kind of fault. Ends with 1 where a promise was broken. */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, options: { rounds: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, only: { type: 'string', default: '' }, log: { type: 'string' } }, allowPositionals: true });
  const kind = kinds[positionals[0] ?? ''];
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  if (!kind || positionals.length > 1 || !(rounds >= 1) || !Number.isSafeInteger(rounds) || !Number.isSafeInteger(seed)) throw new UsageError(`usage: npm run chaos -- ${Object.keys(kinds).join('|')} [--rounds N] [--seed S] [--only NAME] [--log FILE]`);
  const { run } = await kind();
  return (await run({ rounds, seed, only: values.only, log: values.log }, (line) => console.log(line))) ? 0 : 1;
}
