import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { defined } from '../numbers/defined';

/** The command line in a process of its own, and what it says. */
export interface Running {
  child: ChildProcess;
  lines: string[];
  /** Settles with its exit code, or with the signal that ended it. */
  ended: Promise<number | string>;
}

const script = resolve(import.meta.dirname, '../cli/fullrank.mjs');

/** Starts `fullrank ARGV` on the processor. `heard` is told each line of both streams; `before` stands before the command, as `unshare` does. */
export function command(argv: readonly string[], heard: (line: string, child: ChildProcess) => void = () => {}, before: readonly string[] = []): Running {
  const [program, ...rest] = [...before, process.execPath, script, ...argv];
  const child = spawn(defined(program), rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FULLRANK_DEVICE: 'wasm' } });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let begun = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parts = (begun + text).split('\n');
      begun = defined(parts.pop());
      for (const line of parts) {
        lines.push(line);
        heard(line, child);
      }
    });
  }
  return { child, lines, ended: new Promise((done) => child.on('close', (code, signal) => done(code ?? signal ?? 'no code'))) };
}
