import { defined } from '../../numbers/defined';

/** Progress, speed, and time left. */
export interface Amount {
  /** Bytes; `total` is 0 while nobody knows it. */
  loaded: number;
  total: number;
  /** 0 to 100. */
  progress: number;
  /** Bytes a second over the last seconds; 0 at first. */
  rate: number;
  /** Null while nobody knows. */
  seconds_left: number | null;
}

/** Events of a load. `status` and fields are named as in transformers.js; `notice` is ours. */
export type HubEvent =
  /** A file is looked for: in the cache, then on the hub. */
  | { status: 'initiate'; name: string; file: string }
  /** It comes from the network. */
  | { status: 'download'; name: string; file: string }
  | ({ status: 'progress'; name: string; file: string } & Amount)
  /** All files of this load together; `files` holds those under way. */
  | ({ status: 'progress_total'; name: string; files: Record<string, { loaded: number; total: number }> } & Amount)
  /** The file is there, size and hash checked. */
  | { status: 'done'; name: string; file: string }
  | { status: 'ready'; name: string; model: string; task: string }
  /** Something the person should know: one sentence. */
  | { status: 'notice'; name: string; text: string };

export type OnHubEvent = (event: HubEvent) => void;

const WINDOW_MS = 5000;
const EVERY_MS = 100;

/** Counts bytes of one load and turns them into events, at most ten a second for a file. */
export class Meter {
  private readonly files = new Map<string, { loaded: number; total: number; reported: number }>();
  private readonly active = new Map<string, { loaded: number; total: number }>();
  private loaded = 0;
  private total = 0;
  private samples: { at: number; fetched: number }[] = [];
  private fetched = 0;

  constructor(
    private readonly name: string,
    private readonly say: OnHubEvent,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A file that belongs to the load; its bytes count towards the total from now on. */
  expect(file: string, total: number): void {
    const known = this.files.get(file);
    this.total += total - (known?.total ?? 0);
    this.files.set(file, { loaded: known?.loaded ?? 0, total, reported: known?.reported ?? -Infinity });
  }

  /** A file has `loaded` bytes now. Bytes that were there before, or went again, are no measure of the rate. */
  set(file: string, loaded: number, fromNetwork: boolean): void {
    const f = this.files.get(file)!;
    if (loaded > f.total) this.expect(file, loaded);
    const entry = this.files.get(file)!;
    const more = loaded - entry.loaded;
    if (loaded < entry.total) this.active.set(file, { loaded, total: entry.total });
    else this.active.delete(file);
    this.loaded += more;
    entry.loaded = loaded;
    if (fromNetwork && more > 0) this.fetched += more;
    const at = this.now();
    if (at - entry.reported < EVERY_MS && loaded < entry.total) return;
    entry.reported = at;
    const rate = this.rate(at);
    this.say({ status: 'progress', name: this.name, file, ...amount(entry.loaded, entry.total, rate) });
    this.say({ status: 'progress_total', name: this.name, files: Object.fromEntries(this.active), ...amount(this.loaded, this.total, rate) });
  }

  private rate(at: number): number {
    this.samples.push({ at, fetched: this.fetched });
    while (this.samples.length > 2 && defined(this.samples[0]).at < at - WINDOW_MS) this.samples.shift();
    const first = defined(this.samples[0]);
    return at > first.at ? ((this.fetched - first.fetched) * 1000) / (at - first.at) : 0;
  }
}

function amount(loaded: number, total: number, rate: number): Amount {
  return { loaded, total, progress: total > 0 ? (100 * loaded) / total : 100, rate, seconds_left: rate > 0 ? (total - loaded) / rate : null };
}
