import { existsSync } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../errors/errors';
import { listFirst, quote } from '../errors/text';
import { dashed, UsageError, type Command, type Flag } from './command';

const force: Flag = { name: 'force', kind: 'boolean', help: 'Writes into --out although something else lies there.' };

/** File beside a run's own in which its search for a learning rate is kept, as far as it has come: the same command goes on with it. */
export const RATES_FILE = 'rates.json';

/** Looks at what a command is to write before it does any work, and gives `--force` to one that fills a folder. */
export function withOuts(command: Command): Command {
  const written = command.flags.filter(({ writes }) => writes);
  if (written.length === 0) return command;
  return {
    ...command,
    flags: written.some(({ writes }) => writes === 'folder') ? [...command.flags, force] : command.flags,
    async run(given, say) {
      for (const { name, writes } of written) {
        const path = given[name];
        if (path !== undefined) await checkOut(dashed(name), String(path), writes === 'file' ? 'file' : 'folder', writes === 'filled' || given.force === true || given.resume === true);
      }
      return command.run(given, say);
    },
  };
}

/** Throws UsageError where a file or a folder cannot be written, or where a folder is not empty. */
export async function checkOut(flag: string, path: string, kind: 'file' | 'folder', mayReplace: boolean): Promise<void> {
  if (existsSync(path)) {
    const is = await stat(path);
    if (kind === 'folder' ? !is.isDirectory() : !is.isFile()) throw new UsageError(`${flag} is ${quote(path)}, which is ${is.isDirectory() ? 'a folder' : is.isFile() ? 'a file' : 'no file'}; give a ${kind}`);
    if (kind === 'folder' && !mayReplace) {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.') && name !== RATES_FILE);
      if (names.length > 0) throw new UsageError(`${flag} is ${quote(path)}, which is not empty (${listFirst(names.sort(), 3)}); give another folder, or --force to write into this one`);
    }
  }
  let place = kind === 'folder' ? resolve(path) : dirname(resolve(path));
  while (!existsSync(place)) place = dirname(place);
  const probe = join(place, `.fullrank-${process.pid}.tmp`);
  try {
    await writeFile(probe, '');
  } catch (error) {
    throw new UsageError(`${flag} is ${quote(path)}, which cannot be written: ${messageOf(error)}`);
  } finally {
    // Below a file there is none.
    await rm(probe, { force: true }).catch(() => {});
  }
}
