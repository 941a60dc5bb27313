import { setImmediate as turn } from 'node:timers/promises';
import type { Random } from '../../data/random';
import { defined } from '../../numbers/defined';

/**
 * A disk in memory that several machines share, in a time of its own: each call waits for its turn, which is drawn, and a machine can end
 * or stand still before any of them. What it does is what `node:fs/promises` does of it.
 */
export class SharedDisk {
  /** Milliseconds. */
  now = 1000;
  private readonly files = new Map<string, { text: string; mtimeMs: number; nlink: number }>();
  private waiting: { machine: number; go: () => void }[] = [];
  private readonly ended = new Set<number>();
  private readonly asleep = new Map<number, number>();
  private running = false;
  /** Time at which each machine wrote into an open file last. */
  readonly wrote = new Map<number, number>();

  constructor(private readonly random: Random) {}

  end(machine: number): void {
    this.ended.add(machine);
  }

  isEnded(machine: number): boolean {
    return this.ended.has(machine);
  }

  /** A machine does nothing for so many milliseconds. */
  sleep(machine: number, ms: number): void {
    this.asleep.set(machine, this.now + ms);
  }

  /** Waits for a turn; one of a machine that has ended never comes. */
  async turn(machine: number): Promise<void> {
    await new Promise<void>((go) => {
      this.waiting.push({ machine, go });
      void this.run();
    });
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (;;) {
      // Whoever goes on may ask for its next turn first.
      await turn();
      this.waiting = this.waiting.filter(({ machine }) => !this.ended.has(machine));
      if (this.waiting.length === 0) break;
      this.now += this.random.below(400);
      const able = this.waiting.filter(({ machine }) => (this.asleep.get(machine) ?? 0) <= this.now);
      if (able.length === 0) continue;
      const next = defined(able[this.random.below(able.length)]);
      this.waiting.splice(this.waiting.indexOf(next), 1);
      next.go();
    }
    this.running = false;
  }

  /** The calls of a machine. */
  callsOf(machine: number) {
    const fail = (code: string): never => {
      throw Object.assign(new Error(code), { code });
    };
    const at = (path: string) => this.files.get(path) ?? fail('ENOENT');
    const call = <A extends unknown[], T>(work: (...args: A) => T) => async (...args: A): Promise<T> => {
      await this.turn(machine);
      return work(...args);
    };
    const opened = (path: string) => {
      const file = at(path);
      return {
        stat: call(() => ({ mtimeMs: file.mtimeMs })),
        readFile: call(() => file.text),
        write: call((text: string) => {
          Object.assign(file, { text: text + file.text.slice(text.length), mtimeMs: this.now });
          this.wrote.set(machine, this.now);
        }),
        close: () => Promise.resolve(),
      };
    };
    return {
      mkdir: call(() => undefined),
      readdir: call((folder: string) => [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1))),
      writeFile: call((path: string, text: string, { flag = 'w' }: { flag?: string } = {}) => {
        if (flag === 'wx' && this.files.has(path)) fail('EEXIST');
        this.files.set(path, { text, mtimeMs: this.now, nlink: 1 });
      }),
      link: call((from: string, to: string) => {
        const file = at(from);
        if (this.files.has(to)) fail('EEXIST');
        file.nlink++;
        this.files.set(to, file);
      }),
      rm: call((path: string) => {
        const file = this.files.get(path);
        if (file) file.nlink--;
        this.files.delete(path);
      }),
      stat: call((path: string) => ({ mtimeMs: at(path).mtimeMs, nlink: at(path).nlink })),
      open: call(opened),
    };
  }

  has(path: string): boolean {
    return this.files.has(path);
  }
}
