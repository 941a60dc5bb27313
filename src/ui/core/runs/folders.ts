import { compareText } from '../../../language/format';
import { tableWords } from '../words/table';
import { toast } from '../../kit/toast';
import { runById, updateRun, type Run } from './runs';
import { keepRun } from '../storage/keep';

/** Folders of runs: a name on each run, which alone can be compared. What is archived stays out of charts and findings. */

export interface Folder {
  name: string;
  runs: number;
}

const mostName = 100;

/** The name as it is kept: one line, and the archive by the one name that it has. */
export function cleanName(typed: string): string {
  const name = typed.trim().replace(/\s+/g, ' ').slice(0, mostName);
  return name.toLowerCase() === tableWords.folders.archive.toLowerCase() ? tableWords.folders.archive : name;
}

export const isArchived = ({ folder }: Pick<Run, 'folder'>): boolean => folder === tableWords.folders.archive;

/** Folders of these runs by their names, the archive last. */
export function foldersOf(runs: readonly Run[]): Folder[] {
  const found = new Map<string, number>();
  for (const { folder } of runs) if (folder) found.set(folder, (found.get(folder) ?? 0) + 1);
  const isLast = ({ name }: Folder) => Number(name === tableWords.folders.archive);
  return [...found].map(([name, count]) => ({ name, runs: count })).sort((a, b) => isLast(a) - isLast(b) || compareText(a.name, b.name));
}

/** Runs of a folder; without one all that are not archived. A folder that has none left is no folder. */
export function inFolder(runs: readonly Run[], folder: string): Run[] {
  const of = folder === '' ? [] : runs.filter((run) => run.folder === folder);
  return of.length > 0 ? of : runs.filter((run) => !isArchived(run));
}

/** Puts runs into a folder, or out of theirs by an empty name; the toast takes it back. */
export function putIntoFolder(ids: readonly string[], typed: string): void {
  const name = cleanName(typed);
  const before = ids.flatMap((id) => {
    const run = runById(id);
    return run && (run.folder ?? '') !== name ? [{ id, folder: run.folder }] : [];
  });
  const put = (id: string, folder: string | undefined) => {
    updateRun(id, { folder });
    void keepRun(id);
  };
  if (before.length === 0) return;
  for (const { id } of before) put(id, name || undefined);
  toast(tableWords.folders.moved(before.length, name), () => before.forEach(({ id, folder }) => put(id, folder)));
}
