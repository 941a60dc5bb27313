import { messageOf } from '../errors/errors';
import { filesTree, tidied, type TreeFile, type FileTree } from '../io/fileTree';
import type { BlobFiles, Room } from '../io/hub/files';
import { HubError } from '../io/hub/hubError';
import { mayBeRead } from '../io/hub/select';
import { fillFrom, ImportStore, type KeptIndex, type KeptKind } from '../io/kept';
import { defined } from '../numbers/defined';
import type { ImportKind, KeptImports, KeptItem } from '../train/protocol';

/** Pictures that were added together; the name stands before theirs, so that two of one name stay two. */
export interface PoolPart {
  name: string;
  tree: FileTree;
}

const poolName = (number: number): string => `unlabelled ${number}`;

/** Models and data sets that the person brought as files: what was chosen in this session, and copies kept for the next. */
export class Imports {
  private files: Promise<BlobFiles> | null = null;
  private project = 'first';
  private readonly chosen = new Map<string, { name: string; files: TreeFile[] }>();
  private readonly keeping = new Map<string, AbortController>();
  private readonly pools = new Map<string, Promise<PoolPart[]>>();

  /** `openFiles` gives the store of the copies, or throws HubError where the browser refuses. */
  constructor(private readonly openFiles: () => Promise<BlobFiles>) {}

  /** From now on everything is about this project. */
  use(project: string): void {
    this.project = project;
    this.pools.clear();
  }

  /** The files as a tree; they can be kept under the id from now on. */
  choose(kind: ImportKind, id: string, name: string, files: TreeFile[]): FileTree {
    this.chosen.set(place(kind, id), { name, files });
    return filesTree(name, files);
  }

  /** Copies what was chosen into the browser's storage. Throws HubError or FormatError; then it is used as it lies. */
  async keep(kind: ImportKind, id: string, onBytes: (done: number, total: number) => void): Promise<KeptItem> {
    const found = this.chosen.get(place(kind, id));
    if (!found) throw new HubError('not-found', `${id} is not open any more; choose it again.`);
    const abort = new AbortController();
    this.keeping.get(place(kind, id))?.abort();
    this.keeping.set(place(kind, id), abort);
    try {
      const files = tidied(found.files).filter(({ path }) => mayBeRead(kind === 'data' ? 'dataset' : 'model', path));
      const item = await (await this.kept()).add(indexOf(kind, id, found.name || id, files), fillFrom(files), { signal: abort.signal, onBytes });
      return { ...item, kind };
    } finally {
      if (this.keeping.get(place(kind, id)) === abort) this.keeping.delete(place(kind, id));
    }
  }

  cancel(kind: ImportKind, id: string): void {
    this.keeping.get(place(kind, id))?.abort();
  }

  /** Lists what is kept, or says why nothing can be. */
  async list(): Promise<KeptImports> {
    try {
      return { items: (await (await this.kept()).list()).filter((item): item is KeptItem => item.kind !== 'pool'), refusal: null };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return { items: [], refusal: error.message };
    }
  }

  /** The kept copy under this id; null when there is none. */
  async tree(kind: ImportKind, id: string): Promise<FileTree | null> {
    const item = await this.find(kind, id);
    return item ? (await this.kept()).tree(item.key) : null;
  }

  async remove(kind: ImportKind, id: string): Promise<void> {
    const item = await this.find(kind, id);
    if (item) await (await this.kept()).remove(item.key);
    this.chosen.delete(place(kind, id));
    if (kind !== 'data') return;
    for (const { key } of await this.keptPools(id)) await (await this.kept()).remove(key);
    this.pools.delete(id);
  }

  /** Unlabelled pictures beside a data set, in the order in which they came: those that are kept, and those of this session. */
  pool(id: string): Promise<PoolPart[]> {
    const known = this.pools.get(id) ?? this.openPool(id);
    this.pools.set(id, known);
    return known;
  }

  private async openPool(id: string): Promise<PoolPart[]> {
    const parts: PoolPart[] = [];
    for (const { key, name } of await this.keptPools(id)) {
      // One that cannot be read any more takes no other with it.
      const tree = await this.kept().then((kept) => kept.tree(key)).catch(() => null);
      if (tree) parts.push({ name, tree });
    }
    return parts;
  }

  /** Puts pictures beside those that are there, and keeps a copy; `part` is their name together; `unkept` says why there is no copy, and is empty where there is. */
  async addToPool(id: string, files: TreeFile[], onBytes: (done: number, total: number) => void): Promise<{ part: string; unkept: string }> {
    const before = await this.pool(id);
    // Another tab may have added some since.
    const taken = new Set([...before, ...(await this.keptPools(id))].map(({ name }) => name));
    let number = 1;
    while (taken.has(poolName(number))) number++;
    const name = poolName(number);
    const all = tidied(files);
    this.pools.set(id, Promise.resolve([...before, { name, tree: filesTree(name, all) }]));
    try {
      await (await this.kept()).add(indexOf('pool', id, name, all), fillFrom(all), { onBytes });
      return { part: name, unkept: '' };
    } catch (error) {
      return { part: name, unkept: messageOf(error) };
    }
  }

  /** Takes what was added together away, and its copy. */
  async removeFromPool(id: string, part: string): Promise<void> {
    const left = (await this.pool(id)).filter(({ name }) => name !== part);
    for (const { key, name } of await this.keptPools(id)) if (name === part) await (await this.kept()).remove(key);
    this.pools.set(id, Promise.resolve(left));
  }

  /** Copies of the pools of these kept data sets, for a project's file. */
  async poolKeys(keys: readonly string[]): Promise<string[]> {
    const items = await this.kept().then((kept) => kept.list(), () => []);
    const sets = new Set(items.filter(({ key, kind }) => kind === 'data' && keys.includes(key)).map(({ id }) => id));
    return items.filter(({ kind, id }) => kind === 'pool' && sets.has(id)).map(({ key }) => key);
  }

  private async keptPools(id: string): Promise<{ key: string; name: string }[]> {
    const items = await this.kept().then((kept) => kept.list(), () => []);
    return items.filter((item) => item.kind === 'pool' && item.id === id);
  }

  /** The copies of a project, this one's when none is named. Throws HubError. */
  async kept(project = this.project): Promise<ImportStore> {
    if (!/^[\w-]{1,80}$/.test(project)) throw new HubError('id', 'This is no name of a project.');
    return new ImportStore(await this.store(), project);
  }

  /** Use of the browser's storage; null if nobody knows. Throws HubError. */
  async room(): Promise<Room | null> {
    return (await this.store()).room();
  }

  /** Removes the copies of every project but these. Throws HubError. */
  async sweep(projects: string[]): Promise<void> {
    const files = await this.store();
    const folders = new Set((await files.list('')).map(({ path }) => defined(path.split('/')[0])));
    for (const folder of folders) if (!projects.includes(folder)) await files.remove(folder).catch(() => {});
  }

  private store(): Promise<BlobFiles> {
    return (this.files ??= this.openFiles());
  }

  private async find(kind: ImportKind, id: string): Promise<KeptItem | undefined> {
    return (await this.list()).items.find((item) => item.kind === kind && item.id === id);
  }
}

const indexOf = (kind: KeptKind, id: string, name: string, files: TreeFile[]): KeptIndex => ({ version: 1, kind, id, name, date: Date.now(), files: files.map(({ path, file }) => ({ path, size: file.size })) });

const place = (kind: ImportKind, id: string): string => `${kind} ${id}`;
