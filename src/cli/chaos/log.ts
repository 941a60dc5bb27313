import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** State of a part, as one line of the log. */
export interface Entry<T> {
  kind: string;
  part: string;
  seed: number;
  state: T;
}

/** A log of JSON lines: the last line of a part and seed is where it stands. Without a path nothing is kept. */
export class Log<T> {
  private readonly known = new Map<string, T>();

  constructor(
    private readonly kind: string,
    private readonly path: string | undefined,
  ) {
    if (path === undefined || !existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      let entry: Entry<T>;
      try {
        entry = JSON.parse(line) as Entry<T>;
      } catch {
        continue; // the line that was being written when the process ended
      }
      if (entry.kind === kind) this.known.set(`${entry.seed} ${entry.part}`, entry.state);
    }
  }

  /** Last logged state of a part, if it was begun. */
  at(part: string, seed: number): T | undefined {
    return this.known.get(`${seed} ${part}`);
  }

  note(part: string, seed: number, state: T): void {
    this.known.set(`${seed} ${part}`, state);
    if (this.path !== undefined) appendFileSync(this.path, `${JSON.stringify({ kind: this.kind, part, seed, state } satisfies Entry<T>)}\n`);
  }
}
