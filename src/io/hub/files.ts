/** Bytes used and allowed for what the cache is part of; what the browser says is rounded. */
export interface Room {
  usage: number;
  quota: number;
}

/** A file being written. Writes come one after another; `close` keeps what was written. */
export interface Appender {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Place of the cache's files: the browser's private file system (`opfsFiles.ts`), a folder (`diskFiles.node.ts`), or
 * memory (`memoryFiles.ts`). Paths are relative with forward slashes and checked by the caller (`isSafePath`). A full
 * store throws HubError `quota`, one that is refused HubError `storage`.
 */
export interface HubFiles {
  readonly kind: 'opfs' | 'disk' | 'memory';
  /** Description of that place, for people. */
  readonly place: string;
  /** Every file below a folder (`''` for all), with full paths; none when it is missing. */
  list(folder: string): Promise<{ path: string; size: number }[]>;
  /** Null when there is no such file. */
  size(path: string): Promise<number | null>;
  /**
   * Bytes `[start, end)`; fewer when the file is shorter. Where `into` is given (at least `end - start` bytes) the
   * result may be a view of it instead of new memory.
   */
  read(path: string, start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
  /** Opens a file for writing from byte `at` on (0 makes it anew); what lies beyond is cut off. */
  append(path: string, at: number): Promise<Appender>;
  /** Moves a file, replacing one that is there. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with everything below; nothing happens when it is missing. */
  remove(path: string): Promise<void>;
  /** Null where nobody knows. */
  room(): Promise<Room | null>;
  /** Runs `work` while nobody else (another tab, another process) runs with the same name; waits for its turn. */
  lock<T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

/** Files that can be had as Blobs, which stay where they are until they are read. */
export interface BlobFiles extends HubFiles {
  /** Throws HubError when the file is missing. */
  blob(path: string): Promise<Blob>;
}

/** Writes a small file whole. */
export async function writeFile(files: HubFiles, path: string, bytes: Uint8Array): Promise<void> {
  const to = await files.append(path, 0);
  try {
    await to.write(bytes);
  } finally {
    await to.close();
  }
}

/** Reads a small file whole; null when it is missing or larger than `most` bytes. */
export async function readFile(files: HubFiles, path: string, most: number): Promise<Uint8Array | null> {
  const size = await files.size(path);
  return size === null || size > most ? null : files.read(path, 0, size);
}

/** Sizes of all files below a folder, by path: quicker than to ask for each of thousands. */
export async function sizesBelow(files: HubFiles, folder: string): Promise<Map<string, number>> {
  return new Map((await files.list(folder)).map(({ path, size }) => [path, size]));
}
