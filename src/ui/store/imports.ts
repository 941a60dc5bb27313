import { runsFormat } from '../../io/runs.meta';
import { useCatalog, withData, withModel } from './catalog';
import { messageOf, studio } from './client';
import { withKeptEdits } from './edits';
import type { FolderFiles } from './files';
import { keepImport } from './keptImports';
import { isProject, openProject, showProject } from './project';
import { addRuns } from './runsImport';
import { changeSettings } from './settings';
import { noteFolder } from './zeroShot';
import { t } from '../strings';

let ticket = 0;

/** A project that was dropped among pictures is a project all the same. */
const projectIn = ({ files }: FolderFiles): File | null => (files.length === 1 && isProject(files[0].path) ? files[0].file : null);

/** Bytes of a file in which its format must stand. */
const headBytes = 200;

/** So are runs of others. */
async function areRuns({ files }: FolderFiles): Promise<boolean> {
  if (files.length === 0 || files.length > 100 || !files.every(({ path }) => /\.json$/i.test(path))) return false;
  const heads = await Promise.all(files.map(({ file }) => file.slice(0, headBytes).text().catch(() => '')));
  return heads.every((head) => head.replace(/\s/g, '').startsWith(`{"format":"${runsFormat}"`));
}

/** Hands a chosen folder, or files, to the worker; on failure everything stays as it was and the reason is shown. */
export async function importFolder(kind: 'model' | 'data', folder: FolderFiles): Promise<void> {
  const project = projectIn(folder);
  if (project) {
    showProject();
    return openProject(project);
  }
  if (await areRuns(folder)) return addRuns(folder.files.map(({ file }) => file));
  const mine = ++ticket;
  if (folder.files.length === 0) {
    useCatalog.setState({ importing: null, importError: { kind, name: folder.name || t.files.nothing, message: t.files.empty } });
    return;
  }
  useCatalog.setState({ importing: { kind, name: folder.name, files: folder.files.length }, importError: null });
  try {
    if (kind === 'model') {
      const info = await studio().importModel(folder.name, folder.files);
      if (mine !== ticket) return;
      noteFolder(info.id, folder);
      useCatalog.setState(({ models }) => ({ models: withModel(models, info) }));
      changeSettings({ model: info.id, targets: [] });
      void keepImport('model', info.id);
    } else {
      const info = await withKeptEdits(await studio().importData(folder.name, folder.files));
      if (mine !== ticket) return;
      noteFolder(info.id, folder);
      useCatalog.setState(({ datasets }) => ({ datasets: withData(datasets, info) }));
      changeSettings({ data: info.id });
      void keepImport('data', info.id);
    }
  } catch (error) {
    if (mine === ticket) useCatalog.setState({ importError: { kind, name: folder.name, message: messageOf(error) } });
  }
  if (mine === ticket) useCatalog.setState({ importing: null });
}

/** Goes on without the folder that is being read. */
export function cancelImport(): void {
  ticket++;
  useCatalog.setState({ importing: null });
}

export const dismissImportError = (): void => useCatalog.setState({ importError: null });
