import type { DeviceReport } from '../train/protocol';
import { open } from './engine';
import { named } from './entries';
import type { Setup } from './entry';
import type { Row } from './report';
import { runEntry, type RunOptions } from './run';

/** Rows of one entry in one realm, and the adapter that it ran on. */
export interface Result {
  adapter: DeviceReport;
  rows: Row[];
}

/** Somewhere that entries run, each in a realm of its own. */
export interface Runner {
  /** Its name and version. */
  about: string;
  run(name: string): Promise<Result>;
  close(): Promise<void>;
}

/** Runs one entry in this realm, by its name. */
export async function runHere(name: string, setup: Setup, options: RunOptions): Promise<Result> {
  const found = named.find((n) => n.name === name);
  if (!found) throw new Error(`the benchmark has no entry ${name}`);
  const device = await open(setup);
  device.destroy();
  return { adapter: device.report, rows: await runEntry(found.group, found.entry, setup, options) };
}
