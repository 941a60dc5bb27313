import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { adapterLine, type Report } from '../bench/report';
import { benchSteps, MODEL_NAMES, type BenchOptions } from '../bench/steps';
import { isDevice, openDevice } from '../engine/device';
import { gpu } from '../testing/dawn';
import { benchInChromium } from './benchBrowser';

const HELP = `npm run bench -- [--only NAME] [--in node|chromium] [--rounds N] [--profile] [--json FILE]
Milliseconds per training step and exact bytes by role, methods alternating, against full fine-tuning in the same run.
  --only NAME    only models whose name contains NAME (${MODEL_NAMES.join(', ')})
  --in WHERE     node (Dawn on this machine's driver), chromium (a headless browser), or both, which is the default
  --rounds N     steps of each method that are counted (5)
  --profile      also the time of each kernel in a step, by timestamp queries
  --json FILE    writes all numbers to FILE (- for standard output)`;

/** The benchmark; returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { only: { type: 'string', default: '' }, in: { type: 'string', default: 'both' }, rounds: { type: 'string', default: '5' }, json: { type: 'string' }, profile: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) throw new Error(`--rounds ${values.rounds}: a whole number from 1 to 1000`);
  if (!MODEL_NAMES.some((name) => name.includes(values.only))) throw new Error(`--only ${values.only}: there are ${MODEL_NAMES.join(', ')}`);
  if (!['node', 'chromium', 'both'].includes(values.in)) throw new Error(`--in ${values.in}: node, chromium or both`);
  const options: BenchOptions = { only: values.only, profile: values.profile, rounds };
  const say = values.json === '-' ? () => {} : (line: string) => console.log(line);
  const reports: Report[] = [];
  for (const where of [inNode, benchInChromium]) {
    if (values.in === (where === inNode ? 'chromium' : 'node')) continue;
    const report = await where(options, say);
    say(`(${adapterLine(report.where, report.adapter)})\n`);
    reports.push(report);
  }
  if (values.json === '-') console.log(JSON.stringify(reports, null, 2));
  else if (values.json) await writeFile(values.json, JSON.stringify(reports, null, 2));
  return 0;
}

async function inNode(options: BenchOptions, say: (text: string) => void): Promise<Report> {
  const device = await openDevice(gpu());
  if (!isDevice(device)) throw new Error(device.message);
  const entries = await benchSteps(device, options, say);
  device.destroy();
  return { where: 'node', adapter: device.report, rounds: options.rounds, entries };
}
