import { HubError, sizeText } from './hubError';
import type { BlobFiles } from './files';

/**
 * The cache in memory, for when storage is refused: gone with the page. Pieces are Blobs, which browsers keep outside
 * the JavaScript heap. `limit` bounds all files together.
 */
export function memoryFiles(limit = 3e9): BlobFiles {
  const all = new Map<string, Blob>();
  let usage = 0;
  const put = (path: string, blob: Blob | null) => {
    usage += (blob?.size ?? 0) - (all.get(path)?.size ?? 0);
    if (blob) all.set(path, blob);
    else all.delete(path);
  };
  const present = (path: string): Blob => {
    const blob = all.get(path);
    if (!blob) throw new HubError('storage', `${path} is not in memory any more; load it again.`);
    return blob;
  };
  return {
    kind: 'memory',
    place: 'memory',
    list: async (folder) => [...all].filter(([path]) => folder === '' || path.startsWith(`${folder}/`)).map(([path, { size }]) => ({ path, size })),
    size: async (path) => all.get(path)?.size ?? null,
    read: async (path, start, end) => new Uint8Array(await present(path).slice(start, end).arrayBuffer()),
    blob: async (path) => present(path),
    async append(path, at) {
      put(path, all.get(path)?.slice(0, at) ?? new Blob());
      let pieces: Blob[] = [];
      let waiting = 0;
      const flush = () => {
        // One Blob of many small ones would be slow to slice.
        put(path, new Blob([all.get(path) ?? new Blob(), ...pieces]));
        pieces = [];
        waiting = 0;
      };
      return {
        async write(bytes) {
          if (usage + waiting + bytes.byteLength > limit) throw new HubError('quota', `Only ${sizeText(limit)} are kept in memory, which is full.`);
          pieces.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
          waiting += bytes.byteLength;
          if (pieces.length === 256) flush();
        },
        close: async () => flush(),
      };
    },
    async move(from, to) {
      const blob = present(from);
      put(from, null);
      put(to, blob);
    },
    async remove(path) {
      for (const known of [...all.keys()]) if (known === path || known.startsWith(`${path}/`)) put(known, null);
    },
    room: async () => ({ usage, quota: limit }),
    lock: (_, __, work) => work(),
  };
}
