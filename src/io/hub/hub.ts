import { quote } from '../../errors/text';
import { HubClient } from './client';
import { type HubFiles, readFile } from './files';
import { HubError } from './hubError';
import { cacheFolder, type HubKind, isCommit, parseHubId, repoOfFolder } from './ids';
import { Load, type OpenOptions } from './load';
import { memoryFiles } from './memoryFiles';
import { Flights } from './share';
import { cachedSnapshot, type HubTree, treeOf } from './snapshot';

export type { OpenOptions } from './load';
export type { HubTree } from './snapshot';

/** A repository in the cache. */
export interface CachedRepo {
  /** For `remove`. */
  key: string;
  kind: HubKind;
  id: string;
  /** Host (and port, path) of the endpoint it came from. */
  host: string;
  /** Bytes of whole files, and of those that are not complete yet. */
  bytes: number;
  partial_bytes: number;
  /** Revisions that can be opened without a connection, with the config where that is part of one (`versionOf`). */
  revisions: { revision: string; commit: string }[];
}

export interface HubCache {
  kind: HubFiles['kind'];
  /** Description of its place, for people. */
  place: string;
  repos: CachedRepo[];
  /** Null where nobody knows. */
  usage: number | null;
  quota: number | null;
}

/** Loads repositories of a hub into a cache and opens them. `open` gives the cache; one that is refused is replaced by memory. */
export class Hub {
  private readonly flights = new Flights();
  private readonly memory = memoryFiles();
  private opened: Promise<{ files: HubFiles; refusal: string | null }> | null = null;

  constructor(private readonly openFiles: () => Promise<HubFiles>) {}

  /** Brings what is needed of a model, adapter or data set into the cache and opens it. Throws HubError. */
  async open(id: string, options: OpenOptions = {}): Promise<HubTree> {
    const repo = parseHubId(id, options.kind, options.revision, options.config);
    const client = new HubClient(options);
    const { files, refusal } = await this.store();
    const say = options.onEvent ?? (() => {});
    const load = new Load(this.flights, { client, repo, files, memory: this.memory, folder: cacheFolder(client.endpoint, repo), options, say });
    if (refusal !== null) load.notice(`${refusal} What is loaded is kept in memory, and must be loaded again next time.`);
    const snapshot = await load.run();
    say({ status: 'ready', name: repo.id, model: repo.id, task: repo.kind });
    return treeOf(repo, snapshot);
  }

  /** Opens what an earlier load left in the cache, from whichever endpoint it came. Throws HubError (`offline`). */
  async openCached(id: string, kind: HubKind = 'model'): Promise<HubTree> {
    const repo = parseHubId(id, kind);
    const { files } = await this.store();
    for (const known of (await this.cache()).repos) {
      if (known.id !== repo.id || known.kind !== kind) continue;
      const snapshot = await cachedSnapshot(files, known.key, repo);
      if (snapshot) return treeOf(repo, snapshot);
    }
    throw new HubError('offline', `${id} is not in the cache any more; load it again from the hub.`);
  }

  /** Contents of the cache. */
  async cache(): Promise<HubCache> {
    const { files } = await this.store();
    const room = await files.room();
    const repos = new Map<string, CachedRepo>();
    for (const { path, size } of await files.list('')) {
      const [host = '', name, part, ...rest] = path.split('/');
      const found = name === undefined ? null : repoOfFolder(name);
      if (!found) continue;
      const key = `${host}/${name}`;
      const repo = repos.get(key) ?? { key, ...found, host: decoded(host), bytes: 0, partial_bytes: 0, revisions: [] };
      repos.set(key, repo);
      if (part === 'files') repo.bytes += size;
      else if (part === 'partial') repo.partial_bytes += size;
      else if (part === 'refs') {
        const commit = new TextDecoder().decode((await readFile(files, path, 100)) ?? new Uint8Array());
        if (isCommit(commit)) repo.revisions.push({ revision: decoded(rest.join('/')), commit });
      }
    }
    return { kind: files.kind, place: files.place, repos: [...repos.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), usage: room?.usage ?? null, quota: room?.quota ?? null };
  }

  /** Deletes a repository (`CachedRepo.key`) from the cache; a download of it that is going on is ended. */
  async remove(key: string): Promise<void> {
    const { files } = await this.store();
    const known = (await this.cache()).repos.some((repo) => repo.key === key);
    if (!known) throw new HubError('not-found', `The cache holds nothing called ${quote(key)}; look at the list again.`);
    await this.flights.stop(`${files.kind} ${key}/`);
    await files.remove(key);
  }

  private store(): Promise<{ files: HubFiles; refusal: string | null }> {
    this.opened ??= this.openFiles().then(
      (files) => ({ files, refusal: null }),
      (error: unknown) => {
        if (!(error instanceof HubError)) throw error;
        return { files: this.memory, refusal: error.message };
      },
    );
    return this.opened;
  }
}

/** Names of folders may be anything that somebody put there. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
