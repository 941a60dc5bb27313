import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRuns } from '../../../records/runFile';
import { filesBelow, modelFiles, onScarceDisk, smallMethod, type DiskFault } from '../../../testing/chaos/scarceDisk';
import { inTime, unclear, type FailingPart } from '../../../testing/chaos/sweep';
import { writeAll, type ToWrite } from '../../files';
import { main } from '../../main';

/** A disk that refuses once: a folder is as it was or whole, and nothing half-written lies in it. */

const isSame = (a: Map<string, string>, b: Map<string, string>): boolean => a.size === b.size && [...a].every(([path, bytes]) => b.get(path) === bytes);

/** Does something in a folder of its own, which is deleted afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-failing-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Something written into a folder that holds an earlier version of it. */
interface Written {
  /** Fills the folder as something earlier left it. */
  before(folder: string): Promise<void>;
  /** Writes into it. Returns what it said on failure, otherwise an empty string. */
  write(folder: string): Promise<string>;
  /** The part of the files that is the same each time. */
  compared?(files: Map<string, string>): Map<string, string>;
}

const diskPart = (fault: DiskFault, make: (shared: string) => Written): FailingPart => ({
  async open() {
    const shared = mkdtempSync(join(tmpdir(), 'fullrank-failing-'));
    const { before, write, compared = (files: Map<string, string>) => files } = make(shared);
    const opened = await inFolder(async (folder) => {
      const to = join(folder, 'out');
      await before(to);
      const { result, disk } = await onScarceDisk(to, fault, Infinity, () => write(to));
      if (result !== '') throw new Error(`nothing was refused, and it said ${result}`);
      const whole = compared(filesBelow(to));
      const once = (n: number): Promise<string> =>
        inFolder(async (other) => {
          const out = join(other, 'out');
          await before(out);
          const earlier = filesBelow(out);
          const tried = await inTime(onScarceDisk(out, fault, n, () => write(out)));
          if (!tried) throw new Error('it does not end');
          const call = tried.disk.refused();
          if (call === '') throw new Error('nothing was refused');
          const now = filesBelow(out);
          if (tried.result === '') {
            if (!isSame(compared(now), whole)) throw new Error(`${call}: it said nothing, and left ${[...now.keys()].join(', ')}`);
            return 'unharmed';
          }
          const why = unclear('', tried.result);
          if (why) throw new Error(`${call}: ${why}`);
          if (!isSame(now, earlier)) throw new Error(`${call}: the folder is not as it was: ${[...now.keys()].join(', ')}`);
          const again = await write(out);
          if (again !== '' || !isSame(compared(filesBelow(out)), whole)) throw new Error(`${call}: written again it is another one: ${again}`);
          return 'begun anew';
        });
      return { there: disk.asked(), once };
    });
    return { ...opened, close: async () => rmSync(shared, { recursive: true, force: true }) };
  },
});

const filesOf = (seed: number): ToWrite[] => [
  { path: 'adapter_model.safetensors', bytes: new Uint8Array(300).fill(seed) },
  { path: 'snapshots/0.safetensors', bytes: (function* () { yield new Uint8Array(10).fill(seed); yield new Uint8Array(10).fill(seed + 1); })() },
  { path: `of-${seed}.json`, bytes: '{}' },
  { path: 'run.json', bytes: JSON.stringify({ seed }) },
];

/** Files of a run where an older run lies. */
const folder = (): Written => ({
  before: (to) => writeAll(to, filesOf(1)),
  write: (to) => writeAll(to, filesOf(2)).then(() => '', (error: Error) => error.message),
});

/** The command `train`, over what it has written before, with a model that lies in a folder. */
const trained = (seed: number) => (model: string): Written => {
  const train = async (out: string, seeded: number): Promise<string> => {
    for (const [name, bytes] of existsSync(join(model, 'config.json')) ? [] : Object.entries(modelFiles())) writeFileSync(join(model, name), bytes);
    const { log, error } = console;
    const lines: string[] = [];
    console.log = () => {};
    console.error = (line: string) => void lines.push(line);
    try {
      const code = await main(['train', '--device', 'wasm', '--model', model, '--data', 'fashion-mnist', ...smallMethod, '--steps', '3', '--batch', '4', '--train-limit', '40', '--test-limit', '10', '--snapshots', '1', '--seed', String(seeded), '--out', out, '--force']);
      if (code !== 0 && lines.length !== 1) return `undefined: ${lines.length} lines`;
      return code === 0 ? '' : (lines[0] ?? '');
    } finally {
      Object.assign(console, { log, error });
    }
  };
  let earlier: Map<string, string> | null = null;
  return {
    // Trained once; then it is copied.
    async before(to) {
      if (!earlier) {
        const result = await train(to, seed + 1);
        if (result !== '') throw new Error(result);
        earlier = filesBelow(to);
      } else {
        for (const [path, bytes] of earlier) {
          mkdirSync(join(to, path, '..'), { recursive: true });
          writeFileSync(join(to, path), bytes, 'latin1');
        }
      }
    },
    write: (to) => train(to, seed),
    /** Times and dates differ; losses do not. */
    compared: (files) => new Map([...files].map(([path, bytes]) => [path, path === 'run.json' ? JSON.stringify(readRuns(Buffer.from(bytes, 'latin1'), path)[0]?.curve.map(({ loss }) => loss)) : bytes])),
  };
};

export const diskParts = (seed: number): Record<string, FailingPart> =>
  Object.fromEntries(
    (['ENOSPC', 'EACCES'] as const).flatMap((fault) => [
      [`disk: files of a folder, ${fault}`, diskPart(fault, folder)],
      [`disk: train --out, ${fault}`, diskPart(fault, trained(seed))],
    ]),
  );
