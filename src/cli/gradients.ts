import { parseArgs } from 'node:util';
import { methods } from '../adapters';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { casesOf, isOnLayers, layerConfigs } from '../testing/gradients/cases';
import { compareLayer, type Outcome } from '../testing/gradients/compare';
import { isRed, rowOf, tableOf, type Row } from '../testing/gradients/table';
import { here } from '../wasm/here.node';
import { UsageError } from './command';

/** The gradient of everything that learns beside central differences of the method's formula, as a table. Ends with 1 where one is apart by more than rounding. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { only: { type: 'string' }, device: { type: 'string', default: 'processor' } } });
  const only = values.only?.split(',') ?? Object.keys(methods);
  const unknown = only.find((key) => !Object.hasOwn(methods, key));
  if (unknown !== undefined || !['processor', 'gpu'].includes(values.device)) throw new UsageError(`usage: npm run gradients -- [--only ${Object.keys(methods).join(',')}] [--device processor|gpu]`);
  const device = await mustOpen(values.device === 'gpu' ? gpu() : here());
  const configs = layerConfigs();
  const rows: Row[] = [];
  for (const key of only) {
    const method = methods[key];
    if (!method || !isOnLayers(method)) continue;
    const outcomes: Outcome[] = [];
    const left: string[] = [];
    for (const config of configs.filter((one) => one.method === key)) {
      const { cases, left: without } = casesOf(config);
      left.push(...without);
      for (const c of cases) outcomes.push(await compareLayer(device, c));
    }
    const row = rowOf(key, outcomes, left);
    rows.push(row);
    console.error(`${key}: ${row.cases} cases, largest error ${row.worst.error.toExponential(1)} (${row.worst.tensor} of ${row.worst.name})`);
  }
  console.log(tableOf(rows));
  return rows.some((row) => isRed(row)) ? 1 : 0;
}
