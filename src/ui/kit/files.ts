/** Folders as the worker takes them: every file with its path inside the folder. */
import { defined } from '../../numbers/defined';

export interface FolderFiles {
  name: string;
  files: { path: string; file: File }[];
}

/** True for the name of a project file. */
export const isProject = (name: string): boolean => /\.fullrank$/i.test(name);

const hidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

/** Files of an `<input webkitdirectory>`. */
export function filesOfInput(list: FileList): FolderFiles {
  const files = [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return stripRoot(files);
}

/** Takes the common first folder off the paths and makes it the name. Hidden files are left out. */
export function stripRoot(files: { path: string; file: File }[]): FolderFiles {
  const seen = files.filter(({ path }) => !hidden(path));
  const roots = new Set(seen.map(({ path }) => path.split('/')[0]));
  const single = roots.size === 1 && seen.every(({ path }) => path.includes('/'));
  const name = single ? defined([...roots][0]) : (seen[0]?.path ?? '');
  return { name, files: single ? seen.map(({ path, file }) => ({ path: path.slice(name.length + 1), file })) : seen };
}

/** Files of a drop, folders walked. The entries must be taken while the event is being handled, so call it at once. */
export async function filesOfDrop(transfer: DataTransfer): Promise<FolderFiles> {
  const items = [...transfer.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: { path: string; file: File }[] = [];
  for (const { entry, file } of items) {
    if (entry) await walk(entry, '', files);
    // Not every file that is dropped lies on a disk: one dragged from another page has no entry.
    else if (file) files.push({ path: file.name, file });
  }
  const folder = stripRoot(files);
  return folder.files.length > 0 ? folder : { ...folder, name: items[0]?.entry?.name ?? '' };
}

async function walk(entry: FileSystemEntry, folder: string, files: { path: string; file: File }[]): Promise<void> {
  const path = folder + entry.name;
  if (entry.isFile) {
    files.push({ path, file: await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred entries at a time.
    const batch = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, `${path}/`, files);
  }
}
