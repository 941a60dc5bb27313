import { quote } from '../../errors/text';
import { defined } from '../../numbers/defined';
import type { Answer, HubClient } from './client';
import { type HubFiles, readFile, writeFile } from './files';
import { type Hasher, hasherFor } from './hash';
import { checkCancelled, HubError } from './hubError';
import type { HubRepo } from './ids';
import type { HubFile } from './listing';
import { backOff } from './retry';

/** Paths in the cache of one file of a commit, and of what belongs to it while it is on its way. */
export function placesOf(folder: string, commit: string, path: string): { whole: string; partial: string; etag: string; lock: string } {
  return { whole: `${folder}/files/${commit}/${path}`, partial: `${folder}/partial/${commit}/${path}`, etag: `${folder}/etags/${commit}/${path}`, lock: `${folder}/locks/${commit}/${path}` };
}

/** Receives the progress of a download. */
export interface Listener {
  start(): void;
  /** Bytes there now; `fromNetwork` is false for what was there before and for a start from nothing. */
  bytes(loaded: number, fromNetwork: boolean): void;
  notice(what: string): void;
}

export interface Job {
  client: HubClient;
  repo: HubRepo;
  commit: string;
  files: HubFiles;
  /** Folder of the repository in the cache. */
  folder: string;
  signal: AbortSignal;
}

const REREAD = 4 * 1024 * 1024;
/** Tries in all for one file, however much each brings. */
const MOST_TRIES = 200;

/**
 * Brings one file into the cache and returns its size. It goes on where a broken download ended, tries again with
 * growing pauses, and moves the file to its place only when size and hash are right. Throws HubError.
 */
export async function downloadFile(job: Job, file: HubFile, listener: Listener): Promise<number> {
  const places = placesOf(job.folder, job.commit, file.path);
  return job.files.lock(places.lock, job.signal, async () => {
    // Somebody else may have brought it meanwhile.
    const there = await job.files.size(places.whole);
    return there !== null && (file.size === null || there === file.size) ? there : new Download(job, { ...file }, listener, places).run();
  });
}

class Download {
  private have = 0;
  private etag: string | null = null;
  private hasher: Hasher | null = null;
  /** Bytes that the hasher has seen; -1 when it must be fed anew. */
  private hashed = -1;
  /** False once a connection failed where If-Range was sent: some servers refuse the header to other origins. */
  private ifRange = true;

  constructor(
    private readonly job: Job,
    private readonly file: HubFile,
    private readonly listener: Listener,
    private readonly places: ReturnType<typeof placesOf>,
  ) {}

  async run(): Promise<number> {
    const { files, signal, client } = this.job;
    this.have = (await files.size(this.places.partial)) ?? 0;
    const tag = await readFile(files, this.places.etag, 1000);
    this.etag = tag && new TextDecoder().decode(tag);
    if (this.file.size !== null && this.have > this.file.size) await this.restart();
    this.listener.start();
    this.listener.bytes(this.have, false);
    let failures = 0;
    let damaged = 0;
    for (let tries = 0; ; tries++) {
      const before = this.have;
      try {
        if (this.file.size === null || this.have < this.file.size || this.file.size === 0) await this.fetchRest();
        await this.verify();
        break;
      } catch (error) {
        checkCancelled(signal);
        if (error instanceof HubError && error.kind === 'damaged') {
          await this.restart();
          if (++damaged > 1) throw error;
          this.listener.notice(`${error.message} It is loaded again.`);
          continue;
        }
        failures = this.have > before ? 1 : failures + 1;
        await backOff(error, tries >= MOST_TRIES ? Infinity : failures, client.retry, signal);
      }
    }
    await files.move(this.places.partial, this.places.whole);
    await files.remove(this.places.etag);
    return this.have;
  }

  /** Forgets what is there. */
  private async restart(): Promise<void> {
    const { files } = this.job;
    await files.remove(this.places.partial);
    await files.remove(this.places.etag);
    this.have = 0;
    this.hashed = -1;
    this.etag = null;
    this.listener.bytes(0, false);
  }

  private async fetchRest(): Promise<void> {
    const { client, repo, commit, signal } = this.job;
    const headers: Record<string, string> = {};
    const ifRange = this.have > 0 && this.ifRange && this.etag !== null && !this.etag.startsWith('W/');
    if (this.have > 0) headers.range = `bytes=${this.have}-`;
    if (ifRange) headers['if-range'] = this.etag!;
    let answer: Answer;
    try {
      answer = await client.file(repo, commit, this.file.path, headers, signal);
    } catch (error) {
      if (ifRange && error instanceof HubError && error.kind === 'offline') this.ifRange = false;
      throw error;
    }
    try {
      await this.accept(answer);
      await this.store(answer);
    } finally {
      answer.drop();
    }
  }

  /** Checks that the answer goes on with what is there, and starts from nothing where it does not. Throws HubError. */
  private async accept(answer: Answer): Promise<void> {
    const { path } = this.file;
    const etag = answer.ownHeader('etag');
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.ownHeader('content-range') ?? '');
    const changed = this.have > 0 && this.etag !== null && etag !== null && etag !== this.etag;
    if (answer.status === 416 || (answer.status === 206 && (changed || (range && Number(range[1]) !== this.have) || (!range && !this.file.hash)))) {
      await this.restart();
      if (changed) this.listener.notice(changedText(path));
      throw new HubError('offline', `${this.job.client.endpoint} does not send the rest of ${path}; try again.`);
    }
    if (answer.status === 200 && this.have > 0) {
      await this.restart();
      this.listener.notice(changed ? changedText(path) : `${path} starts again from the beginning: the server cannot go on in the middle of a file.`);
    }
    this.learn(answer, range);
    if (this.have === 0 && etag !== null && etag.length < 1000) {
      this.etag = etag;
      await writeFile(this.job.files, this.places.etag, new TextEncoder().encode(etag));
    }
  }

  /** Takes size and hash from the headers where the listing had none, and checks the size where it had one. */
  private learn(answer: Answer, range: RegExpExecArray | null): void {
    const { file } = this;
    const linkedSize = /^\d{1,15}$/.exec(answer.header('x-linked-size') ?? '');
    const linkedHash = /^"?([0-9a-f]{64})"?$/.exec(answer.header('x-linked-etag') ?? '');
    const length = answer.ownHeader('content-encoding') ? null : answer.ownHeader('content-length');
    let total: number | null = null;
    if (range) total = range[2] === '*' ? null : Number(range[2]);
    else if (answer.status === 200 && length !== null) total = Number(length);
    file.size ??= linkedSize ? Number(linkedSize[0]) : total;
    if (!file.hash && linkedHash) file.hash = { kind: 'sha256', hex: defined(linkedHash[1]) };
    if (file.size !== null && total !== null && total !== file.size) {
      throw new HubError('damaged', `${quote(file.path)} has ${total} bytes at ${this.job.client.endpoint}, its listing says ${file.size}.`);
    }
  }

  private async store(answer: Answer): Promise<void> {
    await this.feedHasher();
    const { files, client } = this.job;
    const { path, size } = this.file;
    const to = await files.append(this.places.partial, this.have);
    try {
      for await (const piece of answer.body()) {
        if (size !== null && this.have + piece.byteLength > size) throw new HubError('damaged', `${client.endpoint} sends more than the ${size} bytes that ${quote(path)} has.`);
        await to.write(piece);
        this.hasher?.update(piece);
        this.have += piece.byteLength;
        this.hashed = this.have;
        this.listener.bytes(this.have, true);
      }
    } finally {
      await to.close();
    }
    if (size !== null && this.have < size) throw new HubError('offline', `The connection to ${client.endpoint} ended after ${this.have} of ${size} bytes of ${quote(path)}; try again, the download goes on from there.`);
  }

  /** Hashes what is there already. */
  private async feedHasher(): Promise<void> {
    if (this.hashed === this.have && (this.hasher || !this.file.hash)) return;
    const { files, signal } = this.job;
    this.hasher = hasherFor(this.file);
    const into = new Uint8Array(this.hasher && this.have > 0 ? Math.min(REREAD, this.have) : 0);
    for (let at = 0; this.hasher && at < this.have; at += REREAD) {
      checkCancelled(signal);
      this.hasher.update(await files.read(this.places.partial, at, Math.min(this.have, at + REREAD), into));
    }
    this.hashed = this.have;
  }

  private async verify(): Promise<void> {
    await this.feedHasher();
    const { path, hash, size } = this.file;
    if (size !== null && this.have !== size) throw new HubError('damaged', `${quote(path)} has ${this.have} bytes, its listing says ${size}.`);
    const found = this.hasher?.hex();
    // A digest can be taken once.
    this.hashed = -1;
    if (hash && found !== hash.hex) {
      const { endpoint } = this.job.client;
      throw new HubError(
        'damaged',
        hash.kind === 'sha256'
          ? `${quote(path)} from ${endpoint} is damaged: its SHA-256 is ${String(found)}, it should be ${hash.hex}. It was not kept; try again, or another endpoint.`
          : `${quote(path)} from ${endpoint} is damaged: its git hash is ${String(found)}, it should be ${hash.hex}. It was not kept; try again, or another endpoint.`,
      );
    }
  }
}

const changedText = (path: string): string => `${path} has changed on the server since its first part was loaded; it starts again from the beginning.`;
