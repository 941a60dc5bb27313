import { defined } from '../numbers/defined';
import type { Command, Executor, Needs, Run } from './executor';
import type { Heap } from './heap';
import { Scratch } from './scratch';

/** Time that work goes on before whatever else waits on this thread has its turn. */
const TURN_MS = 12;
/** Workgroups between two looks at the clock. */
const GROUPS_AT_ONCE = 16;

/** Lets whatever else waits on this thread have its turn. */
const breathe = (): Promise<void> =>
  new Promise((goOn) => {
    if (typeof setImmediate === 'function') {
      setImmediate(goOn);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      goOn();
    };
    port2.postMessage(null);
  });

/** Everything on this thread. */
export class Inline implements Executor {
  private readonly kernels: Run[] = [];
  private readonly scratch: Scratch;
  private began = 0;
  private stopped = false;

  constructor(private readonly heap: Heap) {
    this.scratch = new Scratch(heap, 1);
  }

  add(module: WebAssembly.Module, needs: Needs): number {
    this.scratch.need(needs);
    return this.kernels.push(new WebAssembly.Instance(module, { env: { memory: this.heap.memory } }).exports.run as Run) - 1;
  }

  async run(commands: Command[]): Promise<void> {
    for (const command of commands) {
      if (command.kind === 'copy') this.heap.bytes(command.to, command.bytes).set(this.heap.bytes(command.from, command.bytes));
      else if (command.kind === 'clear') this.heap.bytes(command.at, command.bytes).fill(0);
      else await this.dispatch(command);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private async dispatch({ kernel, words, groups }: Extract<Command, { kind: 'run' }>): Promise<void> {
    const { shared, frames, words: at } = this.scratch.of(0);
    new Uint32Array(this.heap.memory.buffer, at, words.length + 2).set([shared, frames, ...words]);
    for (let from = 0; from < groups && !this.stopped; from += GROUPS_AT_ONCE) {
      defined(this.kernels[kernel])(at, from, Math.min(groups, from + GROUPS_AT_ONCE));
      if (performance.now() - this.began < TURN_MS) continue;
      await breathe();
      this.began = performance.now();
    }
  }
}
