import { devicePart, story } from '../../testing/chaos/failing';
import { refusable } from '../../testing/chaos/refusing';
import { keptPart } from '../../testing/chaos/scarceStorage';
import { nothingSwept, sweep, type FailingPart, type Swept } from '../../testing/chaos/sweep';
import { here, threadsHere } from '../../wasm/here.node';
import type { Options } from './options';
import { diskParts } from './failing/disk';
import { Log } from './log';
import { wantedBy } from './only';

/** Loaded when it is needed: most of this runs without a graphics adapter. */
const dawn = () => import('../../testing/dawn');

/** Every allocation that can fail, fails once: on the processor, on a graphics adapter, on a disk and in a browser. */
export function failingParts(seed: number): Record<string, FailingPart> {
  const whole = () => story({ seed });
  const on = {
    processor: { open: () => here(threadsHere(1)), uncaught: async () => [] as string[] },
    adapter: { open: async () => (await dawn()).gpu(), uncaught: async () => (await dawn()).takeErrors() },
  };
  const devices = Object.entries(on).flatMap(([name, { open, uncaught }]) =>
    // Only the processor's memory is ours to give, and it counts no time.
    refusable.filter((kind) => kind !== (name === 'processor' ? 'query set' : 'memory')).map((kind) => [`${name}: ${kind}`, devicePart(open, whole, kind, uncaught)] as const),
  );
  // A batch of one cannot be divided where memory was refused.
  const oneRow = devicePart(on.processor.open, () => story({ seed, batch: 1 }), 'buffer');
  const databases = databaseFaults.map((how) => [`database: ${how}`, { open: async () => (await import('./failing/database')).databasePart(how).open() }] as const);
  return { ...Object.fromEntries(devices), 'processor, a row at a time: buffer': oneRow, ...diskParts(seed), 'storage: pictures that are kept': keptPart(), ...Object.fromEntries(databases) };
}

/** Ways in which a database refuses a record: at once, or with its transaction. */
const databaseFaults = ['QuotaExceededError', 'AbortError'] as const;

const rowOf = (name: string, { there, tried, ended, broken }: Swept): string =>
  `| ${[name, there, tried, Object.entries(ended).map(([how, times]) => `${how} ${times}`).join(', ') || '–', broken.length].join(' | ')} |`;

/** Refuses each of all parts once, at most `rounds` of each, evenly. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<Swept>('failing', path);
  const wanted = wantedBy(only);
  const rows: [string, Swept][] = [];
  for (const [name, part] of Object.entries(failingParts(seed))) {
    if (!wanted(name)) continue;
    let known = 0;
    const swept = await sweep(part, rounds, log.at(name, seed) ?? nothingSwept(), (now) => {
      log.note(name, seed, now);
      for (const { n, why } of now.broken.slice(known)) say(`${name}, number ${n}: ${why}`);
      known = now.broken.length;
    });
    rows.push([name, swept]);
    say(`${name}: ${swept.tried} of ${swept.there}, ${swept.broken.length} broken`);
  }
  say(['| refused | there were | tried | how it ended | broken |', '|---|---|---|---|---|', ...rows.map((row) => rowOf(...row))].join('\n'));
  return rows.every(([, { broken }]) => broken.length === 0);
}
