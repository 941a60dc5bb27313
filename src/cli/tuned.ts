import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { choicesOf, pinnedTile, tune, tuningKey } from '../check/tune';
import type { Device } from '../engine/device';
import { cachePath } from '../io/hub/diskFiles.node';
import type { Tuning } from '../train/protocol';
import type { Command, Flag } from './command';
import { UsageError } from './command';
import { writeWhole } from './files';

const flag: Flag = { name: 'tile', kind: 'text', group: 'Device', value: 'NAME', help: 'Tile of all matrix products, instead of the default or the one tuned for this adapter; also $FULLRANK_TILE.' };

/** Gives `--tile` to a command that computes. */
export function withTile(command: Command): Command {
  if (!command.computes) return command;
  return {
    ...command,
    flags: [...command.flags, flag],
    run(given, say) {
      if (given.tile !== undefined) process.env.FULLRANK_TILE = String(given.tile);
      return command.run(given, say);
    },
  };
}

const path = (): string => join(cachePath(), 'tuning.json');
/** Node and the kernels below it. */
const keyOf = (device: Device): string => tuningKey(device, `node ${process.version}`);

async function kept(): Promise<Record<string, Tuning>> {
  try {
    return JSON.parse(await readFile(path(), 'utf8')) as Record<string, Tuning>;
  } catch {
    return {};
  }
}

/** Remembers what was chosen for this device. */
export async function keepTuning(device: Device, tuning: Tuning): Promise<void> {
  await mkdir(cachePath(), { recursive: true });
  await writeWhole(path(), JSON.stringify({ ...(await kept()), [keyOf(device)]: tuning }));
}

/**
 * Gives a device its tiles: the pinned one, else those remembered for it, else, on a graphics card, those found now, which
 * takes about a second once. Software adapters keep what is usual until `fullrank check` tunes them.
 */
export async function chooseTiles(device: Device): Promise<void> {
  const pinned = process.env.FULLRANK_TILE;
  if (pinned) {
    try {
      device.choices = pinnedTile(pinned);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    return;
  }
  const known = (await kept())[keyOf(device)];
  if (known && Array.isArray(known.kinds)) device.choices = choicesOf(known);
  else if (!device.report.software) await keepTuning(device, await tune(device)).catch(() => {});
}
