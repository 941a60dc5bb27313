import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import disk from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { FullrankError } from '../errors/errors';
import { defined } from '../numbers/defined';
import { jsonOrNull } from './files';

/**
 * Experiments that processes of several machines take from one folder. Who takes one makes the file NAME.lock.N, N one more than the
 * highest there is, by a hard link, which on network disks too only one of several succeeds with; whoever has the highest has the experiment.
 * The number never falls while there is no result, so that somebody who was slow to find a claim silent takes over that one and no later
 * one. A holder writes into its file every few seconds; the disk's own clock, not the machines', says how long it was silent.
 */

/** A process that holds a claim, or held it. */
const holder = z.object({
  host: z.string(),
  /** The machine's start and the space of its process numbers, where they are known: within both a number means one process. */
  boot: z.string(),
  space: z.string(),
  pid: z.number(),
  /** Start of the process, in ticks since the machine's: numbers are given again. */
  start: z.string(),
  token: z.string(),
  /** Milliseconds of the epoch. */
  since: z.number(),
  step: z.number(),
  steps: z.number(),
  /** Reason why it holds it no more. */
  released: z.nullable(z.string()),
});
export type Holder = z.output<typeof holder>;

/** A claim as another process sees it; a holder that cannot be read is one that is just written, or an older version's. */
export interface Seen {
  by: Holder | null;
  /** Time at which its holder was heard of, in milliseconds of the disk's clock, and seconds since. */
  heard: number;
  silent: number;
  /** Nobody holds it: it was given back, its process is gone, or it was silent for too long. */
  free: boolean;
}

/** Place in which a process runs. */
export type Place = Pick<Holder, 'host' | 'boot' | 'space' | 'pid' | 'start'>;

/** A claim was taken over by another process while this one was silent. */
export class LostError extends FullrankError {
  override name = 'LostError';
}

/** Bytes of a claim's file, so that writing into it in its place leaves no rest of what was there. */
const SIZE = 1024;

const tried = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** State and start of a process of this machine; null where there is no such process or no /proc. */
function processOf(pid: number | 'self'): { state: string; start: string } | null {
  const fields = tried(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  return fields.length > 19 ? { state: defined(fields[0]), start: defined(fields[19]) } : null;
}

export const placeHere = (): Place => ({
  host: hostname().slice(0, 200),
  boot: tried(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  space: tried(() => readlinkSync('/proc/self/ns/pid')),
  pid: process.pid,
  start: processOf('self')?.start ?? '',
});

/** True for a process that is known to have ended: one of this machine and of this space of numbers. */
function isGone(of: Place, here: Place): boolean {
  if (of.host !== here.host || of.boot !== here.boot || of.space !== here.space) return false;
  if (here.start !== '') {
    const now = processOf(of.pid);
    return !now || now.state === 'Z' || now.start !== of.start;
  }
  try {
    return !process.kill(of.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

export interface ClaimOptions {
  /** Seconds of silence after which a claim is taken over. */
  silence: number;
  place?: Place;
  /** Functions of `node:fs/promises`. */
  files?: Pick<typeof disk, 'readdir' | 'writeFile' | 'link' | 'rm' | 'stat' | 'open' | 'mkdir'>;
}

/** Claims in one folder. */
export class Claims {
  readonly place: Place;
  readonly files: NonNullable<ClaimOptions['files']>;
  readonly silence: number;

  constructor(
    private readonly folder: string,
    { silence, place = placeHere(), files = disk }: ClaimOptions,
  ) {
    [this.silence, this.place, this.files] = [silence, place, files];
  }

  pathOf(name: string, number: number): string {
    return join(this.folder, `${name}.lock.${number}`);
  }

  /** Takes an experiment, unless somebody has it: then who, or null where it changed hands just now. */
  async take(name: string): Promise<Claim | Seen | null> {
    const { files } = this;
    await files.mkdir(this.folder, { recursive: true });
    const token = randomBytes(8).toString('hex');
    const mine: Holder = { ...this.place, token, since: Date.now(), step: 0, steps: 0, released: null };
    const temp = join(this.folder, `${name}.lock.${token}.tmp`);
    await files.writeFile(temp, textOf(mine));
    try {
      // One that is so slow that others have tidied up behind it asks anew.
      const now = (await files.stat(temp).catch(() => null))?.mtimeMs;
      if (now === undefined) return null;
      const there = await this.numbers(name);
      const top = Math.max(0, ...there);
      const seen = top > 0 ? await this.see(name, top, now) : null;
      if (top > 0 && !seen?.free) return seen;
      const path = this.pathOf(name, top + 1);
      if (!(await this.make(temp, path, mine))) return null;
      if (await this.isLate(name, top, seen)) return await files.rm(path, { force: true }).then(() => null);
      const claim = new Claim(this, name, top + 1, mine);
      // The file is as old as its first writing, after which this process may have stood still.
      await claim.beat();
      if (claim.lost.aborted) return null;
      for (const number of there) await files.rm(this.pathOf(name, number), { force: true });
      await this.tidy(name, now);
      return claim;
    } finally {
      await files.rm(temp, { force: true });
    }
  }

  /** Holder of an experiment, or its last one; null where nobody has taken it. */
  async look(name: string): Promise<Seen | null> {
    const { files } = this;
    const top = Math.max(0, ...(await this.numbers(name)));
    if (top === 0) return null;
    const probe = join(this.folder, `${name}.lock.${randomBytes(8).toString('hex')}.tmp`);
    const now = await files.writeFile(probe, '').then(() => files.stat(probe)).then(({ mtimeMs }) => mtimeMs, () => Date.now());
    await files.rm(probe, { force: true }).catch(() => {});
    return this.see(name, top, now);
  }

  /** Numbers of the claims of an experiment. */
  private async numbers(name: string): Promise<number[]> {
    const start = `${name}.lock.`;
    const names = await this.files.readdir(this.folder).catch(() => [] as string[]);
    return names.flatMap((file) => (file.startsWith(start) && /^\d+$/.test(file.slice(start.length)) ? [Number(file.slice(start.length))] : [])).sort((a, b) => a - b);
  }

  /**
   * True where things have changed between a look and the link that followed: another took this number meanwhile, gave it back, and a third
   * has the next; or the silent holder was heard of again. Since a holder writes before it looks for a next number, and who takes one makes it
   * before it looks here, one of the two sees the other.
   */
  private async isLate(name: string, top: number, seen: Seen | null): Promise<boolean> {
    if (Math.max(...(await this.numbers(name))) > top + 1) return true;
    const again = seen && (await readHolder(this, this.pathOf(name, top)));
    return !!again && again.heard !== seen.heard && again.holder?.released === null;
  }

  /** Removes what processes have left that were killed while they asked. */
  private async tidy(name: string, now: number): Promise<void> {
    const { files } = this;
    for (const file of await files.readdir(this.folder)) {
      if (!file.startsWith(`${name}.lock.`) || !file.endsWith('.tmp')) continue;
      const path = join(this.folder, file);
      const { mtimeMs } = await files.stat(path).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > 1000 * this.silence) await files.rm(path, { force: true });
    }
  }

  private async see(name: string, number: number, now: number): Promise<Seen | null> {
    const by = await readHolder(this, this.pathOf(name, number));
    if (!by) return null;
    const silent = Math.max(0, now - by.heard) / 1000;
    return { by: by.holder, heard: by.heard, silent, free: silent > this.silence || (by.holder !== null && (by.holder.released !== null || isGone(by.holder, this.place))) };
  }

  /** Gives a file its name if nothing has it. A disk without hard links is asked for a new file instead, which is not whole at once. */
  private async make(temp: string, path: string, mine: Holder): Promise<boolean> {
    const { files } = this;
    try {
      await files.link(temp, path);
      return true;
    } catch (error) {
      // A network disk may have done it although its answer was lost.
      if (codeOf(error) === 'ENOENT') return false;
      if (codeOf(error) === 'EEXIST') return ((await files.stat(temp).catch(() => null))?.nlink ?? 1) > 1;
      if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(error))) throw error;
    }
    try {
      await files.writeFile(path, textOf(mine), { flag: 'wx' });
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }
}

const textOf = (of: Holder): string => `${JSON.stringify(of).padEnd(SIZE - 1)}\n`;

/** A claim's file: who wrote it and when; null where there is none any more. Opened, since network disks ask anew only then. */
async function readHolder({ files }: Claims, path: string): Promise<{ holder: Holder | null; heard: number } | null> {
  try {
    const file = await files.open(path, 'r');
    try {
      const [{ mtimeMs }, text] = [await file.stat(), await file.readFile('utf8')];
      return { holder: holder.safeParse(jsonOrNull(text)).data ?? null, heard: mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Claims of this process. */
const held = new Set<Claim>();
const leaveAll = (): void => held.forEach((claim) => claim.leave());

/** An experiment that this process has, until it releases it or is found to have been silent for too long. */
export class Claim {
  private readonly gone = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private heard = performance.now();
  private beating: Promise<void> = Promise.resolve();

  constructor(
    private readonly of: Claims,
    private readonly name: string,
    private readonly number: number,
    private readonly mine: Holder,
  ) {
    this.timer = setInterval(() => void this.beat(), Math.min(10_000, (1000 * of.silence) / 6));
    this.timer.unref();
    if (held.size === 0) process.once('exit', leaveAll);
    held.add(this);
  }

  /** Gives it back where there is no time to wait. */
  leave(): void {
    const text = textOf({ ...this.mine, released: 'its process was ended' });
    tried(() => (writeFileSync(this.path, text, { flag: 'r+' }), ''));
  }

  private get path(): string {
    return this.of.pathOf(this.name, this.number);
  }

  private end(): void {
    clearInterval(this.timer);
    held.delete(this);
    if (held.size === 0) process.removeListener('exit', leaveAll);
  }

  /** Is aborted when another process has the claim. */
  get lost(): AbortSignal {
    return this.gone.signal;
  }

  note(step: number, steps: number): void {
    Object.assign(this.mine, { step, steps });
  }

  /** Says that it is there. One after another: a later one waits for an earlier. */
  beat(): Promise<void> {
    return (this.beating = this.beating.then(() => this.say()));
  }

  /** Throws LostError where another process has the claim. */
  async check(): Promise<void> {
    await this.beat();
    this.lost.throwIfAborted();
  }

  /** Gives it back, with a reason; `done` once there is a result, after which nobody asks for it. */
  async release(done: boolean, why = ''): Promise<void> {
    this.end();
    await this.beating;
    if (this.lost.aborted) return;
    if (done) return this.of.files.rm(this.path, { force: true });
    this.mine.released = why.slice(0, 300);
    await this.say();
  }

  private async say(): Promise<void> {
    const { files } = this.of;
    if (this.lost.aborted) return;
    try {
      const file = await files.open(this.path, 'r+');
      try {
        await file.write(textOf(this.mine), 0);
      } finally {
        await file.close();
      }
      this.heard = performance.now();
      // Lower numbers are removed first, so that one that is there has no higher one that was.
      const has = (path: string) => files.stat(path).then(() => true, () => false);
      if ((await has(this.of.pathOf(this.name, this.number + 1))) || !(await has(this.path))) this.lose();
    } catch (error) {
      // A disk that is away for a while is no loss, until others may have found this process silent.
      if (codeOf(error) === 'ENOENT' || performance.now() - this.heard > 1000 * this.of.silence) this.lose();
    }
  }

  private lose(): void {
    this.end();
    this.gone.abort(new LostError('Another process has taken this experiment over, because this one was silent for too long.'));
  }
}
