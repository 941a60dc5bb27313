import { fork } from 'node:child_process';
import type { Result, Runner } from '../bench/here';
import type { RunOptions } from '../bench/run';
import { root } from './setup/run.mjs';

/** Entries in Node on Dawn, each in a process of its own (benchEntry.ts). */
export async function openNode(options: RunOptions): Promise<Runner> {
  return {
    about: `Node ${process.version}`,
    run: (name) =>
      new Promise<Result>((resolve, reject) => {
        const child = fork(`${root}/src/cli/benchEntry.mjs`, [name, JSON.stringify(options)], { stdio: ['ignore', 2, 2, 'ipc'] }); // standard output is the tables'
        child.once('message', (result) => resolve(result as Result));
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`${name}: the process that measured it ended with code ${code}`)));
      }),
    close: async () => {},
  };
}
