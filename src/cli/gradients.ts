import { parseArgs } from 'node:util';
import { methods } from '../adapters';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { long, short } from '../testing/gradients/all';
import { allowed, isRed, rowOf, tableOf, type Compared, type Row } from '../testing/gradients/table';
import { here } from '../wasm/here.node';
import { UsageError } from './command';

/** The gradient of everything that learns beside central differences of the method's formula, as a table. Ends with 1 where one is apart by more than rounding. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { only: { type: 'string' }, short: { type: 'boolean', default: false }, device: { type: 'string', default: 'processor' } } });
  const only = values.only?.split(',') ?? Object.keys(methods);
  if (only.some((key) => !Object.hasOwn(methods, key)) || !['processor', 'gpu'].includes(values.device)) {
    throw new UsageError(`usage: npm run gradients -- [--only METHOD,METHOD] [--short] [--device processor|gpu]; there are ${Object.keys(methods).join(', ')}`);
  }
  const device = await mustOpen(values.device === 'gpu' ? gpu() : here());
  const rows: Row[] = [];
  const finish = (compared: Compared) => {
    const row = rowOf(compared);
    rows.push(row);
    console.error(`${row.method} on ${row.part}: ${row.cases} cases, largest error ${row.worst.error.toExponential(1)} of ${allowed(row).toExponential(1)} (${row.worst.tensor} of ${row.worst.name})`);
  };
  for (const key of only) {
    if (values.short) (await short(device, key)).forEach(finish);
    else for await (const compared of long(device, key)) finish(compared);
  }
  console.log(tableOf(rows));
  return rows.some(isRed) ? 1 : 0;
}
