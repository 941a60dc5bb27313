import { indexShards } from '../checkpoint';
import type { HubClient } from './client';
import { downloadFile, placesOf } from './download';
import { Meter, type OnHubEvent } from './events';
import { type HubFiles, sizesBelow } from './files';
import { checkCancelled, HubError, sizeText } from './hubError';
import { type HubKind, type HubRepo, isCommit, versionOf } from './ids';
import type { HubFile, Listing } from './listing';
import type { RetryPolicy } from './retry';
import { selectData, selectModel, shardsOf } from './select';
import type { Flights } from './share';
import { cachedSnapshot, type CachedFile, recordSnapshot, type Snapshot, treeOf } from './snapshot';

export interface OpenOptions {
  kind?: HubKind;
  /** Branch, tag or commit; also as `owner/name@revision`. */
  revision?: string;
  /** Of a data set that holds several, each in a folder: the one that is wanted; the others are not loaded. Also as `owner/name@revision:config`. */
  config?: string;
  /** Root address of the hub or of a mirror. */
  endpoint?: string;
  /** Kept in memory only, sent to the endpoint's origin only. */
  token?: string;
  /** False: the small files alone (config.json and the like), for a look at a model. */
  weights?: boolean;
  /** Use the cache alone. */
  offline?: boolean;
  signal?: AbortSignal;
  onEvent?: OnHubEvent;
  retry?: Partial<RetryPolicy>;
}

/** Files of one load that are fetched at the same time. */
const AT_ONCE = 3;

export interface LoadInput {
  client: HubClient;
  repo: HubRepo;
  files: HubFiles;
  memory: HubFiles;
  folder: string;
  options: OpenOptions;
  say: OnHubEvent;
}

/** One call of `Hub.open`: finds the commit, brings what is missing, records the snapshot. */
export class Load {
  private readonly meter: Meter;
  private readonly abort = new AbortController();
  private readonly signal: AbortSignal;
  /** Destination of new files: the cache, or memory once the cache is full. */
  private to: HubFiles;

  constructor(
    private readonly flights: Flights,
    private readonly input: LoadInput,
  ) {
    this.meter = new Meter(input.repo.id, input.say);
    this.to = input.files;
    const { signal } = input.options;
    this.signal = signal ? AbortSignal.any([signal, this.abort.signal]) : this.abort.signal;
  }

  notice(text: string): void {
    this.input.say({ status: 'notice', name: this.input.repo.id, text });
  }

  async run(): Promise<Snapshot> {
    const { client, repo, options, files, folder } = this.input;
    checkCancelled(options.signal);
    const cached = await cachedSnapshot(files, folder, repo);
    if (cached && (isCommit(repo.revision) || options.offline)) return cached;
    if (options.offline) throw new HubError('offline', `${repo.id} (${versionOf(repo)}) is not in the cache of ${client.endpoint}; load it once with a connection.`);
    let listing: Listing;
    try {
      // With a copy at hand nobody should wait long.
      listing = await client.list(repo, options.signal, cached ? { tries: 1, stallMs: Math.min(8000, client.retry.stallMs) } : {});
    } catch (error) {
      checkCancelled(options.signal);
      if (!cached || !(error instanceof HubError)) throw error;
      this.notice(`${error.message} The copy in the cache (commit ${cached.commit.slice(0, 7)}) is used.`);
      return cached;
    }
    return this.bring(listing);
  }

  /** Downloads what is missing and records the snapshot. */
  private async bring({ commit, files: listed }: Listing): Promise<Snapshot> {
    const { repo, files, folder, options } = this.input;
    const { files: wanted, indices } = repo.kind === 'dataset' ? selectData(repo.id, listed, repo.config) : selectModel(repo.id, listed);
    if (options.weights === false) return { commit, kept: await this.bringAll(commit, wanted.filter(({ path }) => !path.endsWith('.safetensors'))) };
    const first = await this.bringAll(commit, indices);
    const tree = treeOf(repo, { commit, kept: first });
    const shards: HubFile[] = [];
    for (const { path } of indices) shards.push(...shardsOf(repo.id, path, await indexShards(tree, path), listed));
    const snapshot: Snapshot = { commit, kept: [...first, ...(await this.bringAll(commit, [...wanted, ...shards]))] };
    if (snapshot.kept.every(({ from }) => from === files)) await recordSnapshot(files, folder, repo, snapshot, listed);
    checkCancelled(options.signal);
    return snapshot;
  }

  private async bringAll(commit: string, wanted: HubFile[]): Promise<CachedFile[]> {
    const there = await this.find(commit, wanted);
    for (const [i, { path, size }] of wanted.entries()) this.meter.expect(path, there[i]?.size ?? size ?? 0);
    await this.checkRoom(commit, wanted.filter((_, i) => there[i] === null));
    const found: CachedFile[] = [];
    const queue = [...wanted.entries()];
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [i, file] = next;
        this.input.say({ status: 'initiate', name: this.input.repo.id, file: file.path });
        const known = there[i];
        found[i] = known ?? (await this.bringOne(commit, file));
        if (known) this.meter.set(file.path, known.size, false);
        this.input.say({ status: 'done', name: this.input.repo.id, file: file.path });
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } catch (error) {
      this.abort.abort();
      throw error;
    }
    return found;
  }

  /** Those of the files that are there already, whole and checked; null for the others. */
  private async find(commit: string, wanted: HubFile[]): Promise<(CachedFile | null)[]> {
    const { files, memory, folder } = this.input;
    const found: (CachedFile | null)[] = wanted.map(() => null);
    for (const from of [memory, files]) {
      const sizes = await sizesBelow(from, `${folder}/files/${commit}`);
      for (const [i, { path, size }] of wanted.entries()) {
        const at = placesOf(folder, commit, path).whole;
        const have = sizes.get(at);
        if (have !== undefined && (size === null || have === size)) found[i] = { path, size: have, from, at };
      }
    }
    return found;
  }

  private async bringOne(commit: string, file: HubFile): Promise<CachedFile> {
    const { repo, client, folder, say, memory } = this.input;
    const to = this.to;
    const listener = {
      start: () => say({ status: 'download', name: repo.id, file: file.path }),
      bytes: (loaded: number, fromNetwork: boolean) => this.meter.set(file.path, loaded, fromNetwork),
      notice: (what: string) => this.notice(what),
    };
    try {
      const key = `${to.kind} ${folder}/${commit}/${file.path}`;
      const size = await this.flights.join(key, listener, this.signal, (all, signal) => downloadFile({ client, repo, commit, files: to, folder, signal }, file, all));
      return { path: file.path, size, from: to, at: placesOf(folder, commit, file.path).whole };
    } catch (error) {
      if (!(error instanceof HubError) || !['quota', 'storage'].includes(error.kind) || to === memory) throw error;
      await to.remove(placesOf(folder, commit, file.path).partial).catch(() => {});
      this.useMemory(error.message);
      return this.bringOne(commit, file);
    }
  }

  /** Says beforehand when the cache is too small. */
  private async checkRoom(commit: string, missing: HubFile[]): Promise<void> {
    if (this.to === this.input.memory) return;
    const room = await this.to.room();
    if (!room || missing.length === 0) return;
    let need = 0;
    const begun = await sizesBelow(this.to, `${this.input.folder}/partial/${commit}`);
    for (const { path, size } of missing) need += Math.max(0, (size ?? 0) - (begun.get(placesOf(this.input.folder, commit, path).partial) ?? 0));
    const free = Math.max(0, room.quota - room.usage);
    if (need <= free) return;
    const why = `${this.input.repo.id} needs ${sizeText(need)} more, and ${this.to.place} has ${sizeText(free)} left; delete cached models to make room.`;
    const memory = (await this.input.memory.room())!;
    if (need > memory.quota - memory.usage) throw new HubError('quota', why);
    this.useMemory(why);
  }

  private useMemory(why: string): void {
    if (this.to === this.input.memory) return;
    this.to = this.input.memory;
    this.notice(`${why} Meanwhile the rest is kept in memory, and must be loaded again next time.`);
  }
}
