import { Worker } from 'node:worker_threads';

/** Seconds without a beat after which the process is ended: a loop without an end lets nothing else in this thread say so. */
const MOST_SECONDS = 300;

const code = `
const { workerData } = require('node:worker_threads');
const beats = new Int32Array(workerData.shared);
let last = -1;
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now === last) {
    require('node:fs').writeSync(2, 'chaos: ' + workerData.parts[Atomics.load(beats, 1)] + ', round ' + now + ', does not end\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  last = now;
}, ${MOST_SECONDS * 1000});
`;

/** Watches that rounds go on; `beat` says which part and round is next. */
export function watchdog(parts: readonly string[]): { beat(part: number, round: number): void; end(): Promise<number> } {
  const beats = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(code, { eval: true, workerData: { shared: beats.buffer, parts } });
  worker.unref();
  return {
    beat(part, round) {
      Atomics.store(beats, 1, part);
      Atomics.store(beats, 0, round);
    },
    end: () => worker.terminate(),
  };
}
