import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';
import { tinyVitFiles } from '../tiny';

/** Ways in which a disk refuses a write: it is full after half of it, or does not allow it at all. */
export type DiskFault = 'ENOSPC' | 'EACCES';

/** A disk that refuses the `n`-th change below a folder, from 0, while `work` goes on. What is asked of other folders it does. */
export interface ScarceDisk {
  asked: () => number;
  /** Of which call the refusal was. */
  refused: () => string;
}

const errors: Record<DiskFault, string> = { ENOSPC: 'no space left on device', EACCES: 'permission denied' };

/** A small model as a folder has it, by name of file. */
export const modelFiles = () => tinyVitFiles(10);

/** Flags of a method that trains it quickly. */
export const smallMethod = ['--method', 'lora', '--r', '2'];

type Call = (...args: unknown[]) => unknown;

const isWrite = (flags: unknown): boolean => typeof flags === 'string' && /[wa+]/.test(flags);

/** Changes the functions of `node:fs/promises` for a while: those of this process who change files below `folder` meet the fault. */
export async function onScarceDisk<T>(folder: string, fault: DiskFault, n: number, work: () => Promise<T>): Promise<{ result: T; disk: ScarceDisk }> {
  const { promises } = fs;
  const table = promises as unknown as Record<string, Call>;
  const own = new Map<string, Call>();
  let asked = 0;
  let refused = '';
  const below = (path: unknown): boolean => typeof path === 'string' && (path === folder || path.startsWith(folder + sep));
  const refuses = (call: string): boolean => {
    const now = asked++ === n;
    if (now) refused = call;
    return now;
  };
  const failure = (call: string, path: string): Error => Object.assign(new Error(`${fault}: ${errors[fault]}, ${call} '${path}'`), { code: fault, syscall: call, path });
  const halfOf = (bytes: unknown): string | Uint8Array => (typeof bytes === 'string' ? bytes.slice(0, bytes.length / 2) : bytes instanceof Uint8Array ? bytes.subarray(0, bytes.length / 2) : '');

  const over = (name: string, by: (original: Call, args: unknown[]) => unknown): void => {
    const original = table[name];
    if (!original) throw new Error(`node:fs/promises has no ${name}`);
    own.set(name, original);
    table[name] = (...args) => by(original.bind(promises), args);
  };
  const simple = (name: string, of = 0): void =>
    over(name, async (original, args) => {
      if (below(args[of]) && refuses(name)) throw failure(name, String(args[of]));
      return original(...args);
    });

  simple('mkdir');
  simple('rename', 1);
  simple('link', 1);
  simple('copyFile', 1);
  over('writeFile', async (original, args) => {
    const [path, bytes, ...more] = args;
    if (!below(path) || !refuses('write')) return original(...args);
    if (fault === 'ENOSPC') await original(path, halfOf(bytes), ...more);
    throw failure('write', String(path));
  });
  over('open', async (original, args) => {
    const [path, flags] = args;
    if (!below(path) || !isWrite(flags)) return original(...args);
    if (refuses('open')) throw failure('open', String(path));
    const handle = (await original(...args)) as Record<string, Call>;
    for (const name of ['write', 'writeFile', 'truncate']) {
      const call = handle[name];
      if (!call) continue;
      handle[name] = async (...given) => {
        if (refuses(name)) throw failure(name, String(path));
        return call.apply(handle, given);
      };
    }
    return handle;
  });
  syncBuiltinESMExports();
  try {
    const result = await work();
    return { result, disk: { asked: () => asked, refused: () => refused } };
  } finally {
    for (const [name, original] of own) table[name] = original;
    syncBuiltinESMExports();
  }
}

/** All files below a folder, by path, with their bytes; none where it is not there. */
export function filesBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  if (!fs.existsSync(folder)) return found;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = `${entry.parentPath}${sep}${entry.name}`;
    found.set(path.slice(folder.length + 1), fs.readFileSync(path).toString('latin1'));
  }
  return found;
}
