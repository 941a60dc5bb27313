import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { FormatError } from './formatError';

/** Read access to a set of files by relative path with forward slashes. */
export interface FileTree {
  /** Name of the folder, model or set, shown to people. */
  name: string;
  paths(): string[];
  /** Size in bytes; throws when the path is missing. */
  size(path: string): Promise<number>;
  /**
   * Reads bytes `[start, end)`; the whole file when both are left out. Where `into` is given (at least `end - start`
   * bytes) the result may be a view of it instead of new memory.
   */
  read(path: string, start?: number, end?: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** Bytes read so far of one file; `total` is 0 when the server does not say. */
export type Progress = (path: string, loaded: number, total: number) => void;

/** A tree of files held in memory. Reads are views, not copies. */
export function memoryTree(name: string, files: ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>>): FileTree {
  const map: ReadonlyMap<string, Uint8Array> = files instanceof Map ? files : new Map(Object.entries(files));
  const at = (path: string) => present(map, path, name);
  return {
    name,
    paths: () => [...map.keys()],
    size: async (path) => at(path).byteLength,
    async read(path, start = 0, end = at(path).byteLength) {
      checkRange(path, start, end, at(path).byteLength);
      return at(path).subarray(start, end);
    },
  };
}

/** A file of a tree and its bytes, which stay where they are until they are read. */
export interface TreeFile {
  path: string;
  file: Blob;
}

/**
 * A tree of files that a person chose or dropped. Slashes are made forward, and a folder that all paths share is left
 * out, since a browser puts the chosen folder's own name in front.
 */
export const filesTree = (name: string, files: TreeFile[]): FileTree => blobTree(name, tidied(files));

/** Chosen files with the paths that they have in `filesTree`. */
export function tidied(files: TreeFile[]): TreeFile[] {
  const paths = withoutCommonFolder(files.map(({ path }) => path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '')));
  return files.map(({ file }, i) => ({ path: defined(paths[i]), file }));
}

/** A tree of Blobs under the paths given, each asked for when it is read: by range, never whole unless asked. */
export function blobTree(name: string, files: TreeFile[]): FileTree {
  const map = new Map(files.map((entry) => [entry.path, entry]));
  const at = (path: string) => present(map, path, name).file;
  return {
    name,
    paths: () => [...map.keys()],
    size: async (path) => at(path).size,
    async read(path, start = 0, end) {
      const file = at(path);
      const to = end ?? file.size;
      checkRange(path, start, to, file.size);
      try {
        return new Uint8Array(await file.slice(start, to).arrayBuffer());
      } catch (error) {
        // Browsers refuse to read a File that changed or vanished after it was chosen.
        throw new FormatError(`${quote(path)} can no longer be read (${String(error)}); choose the files again.`);
      }
    },
  };
}

function withoutCommonFolder(paths: string[]): string[] {
  const folder = paths[0]?.split('/', 1)[0] ?? '';
  const shared = paths.length > 0 && paths.every((p) => p.startsWith(`${folder}/`));
  // One level only: a second shared folder (train/) has a meaning of its own.
  return shared ? paths.map((p) => p.slice(folder.length + 1)) : paths;
}

/**
 * A tree of files whose relative paths are known, below a web address or each at an address of its own. Each file is fetched
 * whole, once, by the first who asks for any of it, and kept: what lies beside the page is small, and one answer comes sooner
 * than many parts. Errors name the address.
 */
export function fetchTree(name: string, base: string | Readonly<Record<string, URL>>, paths: readonly string[], progress?: Progress): FileTree {
  const listed = new Set(paths);
  const whole = new Map<string, Promise<Uint8Array>>();
  const readWhole = (path: string): Promise<Uint8Array> => {
    let bytes = whole.get(path);
    if (!bytes) {
      if (!listed.has(path)) throw missing(path, name);
      const url = typeof base === 'string' ? `${base.replace(/\/*$/, '/')}${path.split('/').map(encodeURIComponent).join('/')}` : defined(base[path]).href;
      bytes = get(url).then((response) => readBody(response, (loaded, total) => progress?.(path, loaded, total)));
      bytes.catch(() => whole.delete(path)); // let a later call try again
      whole.set(path, bytes);
    }
    return bytes;
  };
  return {
    name,
    paths: () => [...listed],
    size: async (path) => (await readWhole(path)).byteLength,
    async read(path, start = 0, end) {
      const bytes = await readWhole(path);
      checkRange(path, start, end ?? bytes.byteLength, bytes.byteLength);
      return bytes.subarray(start, end);
    },
  };
}

async function get(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new FormatError(`${url} could not be reached (${String(error)}); check the connection and try again.`);
  }
  if (!response.ok) throw new FormatError(`${url} answered ${response.status} ${response.statusText}.`);
  // Servers of single-page apps answer every unknown address with their page.
  if (response.headers.get('content-type')?.startsWith('text/html')) throw new FormatError(`${url} is missing: the server answered with a web page.`);
  return response;
}

async function readBody(response: Response, progress: (loaded: number, total: number) => void): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  // The length of a compressed answer is not the file's.
  const total = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    loaded += part.value.byteLength;
    progress(loaded, total);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function present<T>(map: ReadonlyMap<string, T>, path: string, name: string): T {
  const found = map.get(path);
  if (found === undefined) throw missing(path, name);
  return found;
}

function missing(path: string, name: string): FormatError {
  return new FormatError(`${quote(name)} has no file ${quote(path)}.`);
}

/** Throws FormatError unless `[start, end)` lies within the file. */
export function checkRange(path: string, start: number, end: number, size: number): void {
  if (!(start >= 0 && start <= end && end <= size)) {
    throw new FormatError(`${quote(path)} has ${size} bytes; bytes ${start} to ${end} are not there.`);
  }
}
