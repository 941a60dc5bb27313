import { quote } from '../../errors/text';
import { checkRange, type FileTree } from '../fileTree';
import { FormatError } from '../formatError';
import { placesOf } from './download';
import { type HubFiles, readFile, sizesBelow, writeFile } from './files';
import { HubError } from './hubError';
import { type HubRepo, isCommit, versionOf } from './ids';
import { type HubFile, type Manifest, parseManifest } from './listing';

/** The files of a repository at one commit, all of them here. */
export interface HubTree extends FileTree {
  repo: HubRepo;
  commit: string;
  /** Bytes of all files. */
  bytes: number;
}

/** A file that is here, whole and checked. */
export interface CachedFile {
  path: string;
  size: number;
  from: HubFiles;
  /** Its place in `from`. */
  at: string;
}

export interface Snapshot {
  commit: string;
  kept: CachedFile[];
}

const MAX_MANIFEST = 64 * 1024 * 1024;
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
type Version = Pick<HubRepo, 'revision' | 'config'>;
const refPath = (folder: string, version: Version): string => `${folder}/refs/${encodeURIComponent(versionOf(version))}`;
const manifestPath = (folder: string, commit: string, { config }: Version): string => `${folder}/snapshots/${encodeURIComponent(versionOf({ revision: commit, config }))}.json`;

/** Records a complete snapshot, so that it opens without a connection. */
export async function recordSnapshot(files: HubFiles, folder: string, version: Version, { commit, kept }: Snapshot, listed: HubFile[]): Promise<void> {
  const hashes = new Map(listed.map(({ path, hash }) => [path, hash]));
  const manifest: Manifest = { commit, files: kept.map(({ path, size }) => ({ path, size, hash: hashes.get(path) ?? null })) };
  await writeFile(files, manifestPath(folder, commit, version), text(JSON.stringify(manifest)));
  await writeFile(files, refPath(folder, version), text(commit));
}

/** Record of an earlier load, or null when that is missing or not whole any more. */
export async function cachedSnapshot(files: HubFiles, folder: string, version: Version): Promise<Snapshot | null> {
  const ref = isCommit(version.revision) ? text(version.revision) : await readFile(files, refPath(folder, version), 100);
  const commit = ref && new TextDecoder().decode(ref);
  if (commit === null || !isCommit(commit)) return null;
  const bytes = await readFile(files, manifestPath(folder, commit, version), MAX_MANIFEST);
  const manifest = bytes && readManifest(bytes);
  if (!manifest) return null;
  const sizes = await sizesBelow(files, `${folder}/files/${commit}`);
  const kept: CachedFile[] = [];
  for (const { path, size } of manifest.files) {
    const at = placesOf(folder, commit, path).whole;
    if (sizes.get(at) !== size) return null;
    kept.push({ path, size, from: files, at });
  }
  return { commit, kept };
}

function readManifest(bytes: Uint8Array): Manifest | null {
  try {
    return parseManifest(bytes);
  } catch (error) {
    if (error instanceof HubError) return null; // cut short, or written by another version: it is made anew
    throw error;
  }
}

/** Opens a snapshot for reading. */
export function treeOf(repo: HubRepo, { commit, kept }: Snapshot): HubTree {
  const byPath = new Map(kept.map((file) => [file.path, file]));
  const present = (path: string) => {
    const file = byPath.get(path);
    if (!file) throw new FormatError(`${quote(repo.id)} has no file ${quote(path)} among those that were loaded.`);
    return file;
  };
  return {
    name: repo.config === undefined ? repo.id : `${repo.id}/${repo.config}`,
    repo,
    commit,
    bytes: kept.reduce((n, { size }) => n + size, 0),
    paths: () => [...byPath.keys()],
    size: async (path) => present(path).size,
    async read(path, start = 0, end = present(path).size, into) {
      const { size, from, at } = present(path);
      checkRange(path, start, end, size);
      const bytes = await from.read(at, start, end, into);
      if (bytes.byteLength !== end - start) throw new FormatError(`${quote(path)} of ${repo.id} was cut short in the cache; delete it there and load it again.`);
      return bytes;
    },
  };
}
