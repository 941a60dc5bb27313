import type { ImportKind } from '../../../train/protocol';
import { currentProject } from '../storage/current';
import { hash } from '../runs/dataStamp';
import type { FolderFiles } from '../../kit/files';

/** Files behind what was imported, so that the same ones are recognized when they are chosen again. */

const storageKey = 'fullrank.folders';

/** Stamps by project, kind and id: each of these has ids of its own. */
let stamps: Record<string, string> = read();

function read(): Record<string, string> {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Record<string, unknown> | null;
    return Object.fromEntries(Object.entries(stored ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // Damaged, or not to be had: what this visit knows.
    return {};
  }
}

type Kind = ImportKind | 'adapter';

const placeOf = (kind: Kind, id: string): string => [currentProject(), kind, id].join(' ');

/** Every path, size and age. */
const stampOf = ({ name, files }: FolderFiles): string => hash(JSON.stringify([name, ...files.map(({ path, file }) => [path, file.size, file.lastModified].join(' ')).sort()]));

/** Notes that these files were opened under this id. True where that was so before, false where another folder of that name or none was. */
export function noteFolder(kind: Kind, id: string, folder: FolderFiles): boolean {
  const [place, stamp] = [placeOf(kind, id), stampOf(folder)];
  if (stamps[place] === stamp) return true;
  // Another tab may have noted something since.
  stamps = { ...stamps, ...read(), [place]: stamp };
  try {
    localStorage.setItem(storageKey, JSON.stringify(stamps));
  } catch {
    // A full or forbidden storage: known as long as the tab.
  }
  return false;
}

/** Id, out of these, that these very files were opened under. */
export function openedAs(kind: Kind, ids: readonly string[], folder: FolderFiles): string | undefined {
  const stamp = stampOf(folder);
  return ids.find((id) => stamps[placeOf(kind, id)] === stamp);
}
