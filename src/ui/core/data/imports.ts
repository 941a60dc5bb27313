import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { runsFormat } from '../../../records/runs.meta';
import { useCatalog, withData, withModel, type Misplaced } from './catalog';
import { studio } from '../worker/client';
import { withKeptEdits } from './edits';
import { isProject, type FolderFiles } from '../../kit/files';
import { noteFolder, openedAs } from './folders';
import { importAdapter } from '../storage/imported';
import { bringBackChosen, keepImport } from './keptImports';
import { openProject, showProject } from '../storage/project';
import { addRuns } from '../runs/runsImport';
import { changeSettings, useSettings } from '../settings/settings';
import { methodsFor } from '../runs/recommended';
import { go } from '../storage/shown';
import { toast } from '../../kit/toast';
import { forgetMeasured } from '../runs/zeroShot';
import { importsWords } from '../words/imports';
import { filesWords } from '../words/files';

let ticket = 0;

/** A project that was dropped among pictures is a project all the same. */
const projectIn = ({ files: [first, ...others] }: FolderFiles): File | null => (first && others.length === 0 && isProject(first.path) ? first.file : null);

/** Bytes of a file in which its format must stand, and at the end of a zip in which the names of a few files stand. */
const headBytes = 200;
const tailBytes = 65_536;
const textOf = (blob: Blob): Promise<string> => blob.text().catch(() => '');

async function areRuns({ files }: FolderFiles): Promise<boolean> {
  if (files.length === 0 || files.length > 100 || !files.every(({ path }) => /\.json$/i.test(path))) return false;
  const heads = await Promise.all(files.map(({ file }) => textOf(file.slice(0, headBytes))));
  return heads.every((head) => head.replace(/\s/g, '').startsWith(`{"format":"${runsFormat}"`)) || (files.length === 1 && /(^|\/)run\.json$/i.test(defined(files[0]).path));
}

/** Kind of chosen files that are neither pictures nor what they were given as; null if nothing tells. */
export async function whatIs(folder: FolderFiles): Promise<Misplaced['kind'] | null> {
  const named = (name: string) => folder.files.some(({ path }) => path === name || path.endsWith(`/${name}`));
  if (await areRuns(folder)) return 'runs';
  if (named('adapter_config.json')) return 'adapter';
  const [first, ...others] = folder.files;
  const only = first && others.length === 0 && /\.zip$/i.test(first.path) ? first.file : null;
  if (only && (await textOf(only.slice(Math.max(0, only.size - tailBytes)))).includes('adapter_config.json')) return 'adapter';
  return named('config.json') && folder.files.some(({ path }) => /\.safetensors$/i.test(path)) ? 'model' : null;
}

/** Endings of files that a data set may be made of; what is in them the worker says. */
const ofData = /\.(jpe?g|jfif|png|webp|gif|bmp|avif|zip|csv|tsv|jsonl?|parquet|txt|safetensors)$/i;

/** Puts files where they belong, and goes there. */
export function place({ kind, folder }: Pick<Misplaced, 'kind' | 'folder'>): void {
  useCatalog.setState({ misplaced: null, unopened: '' });
  if (kind === 'runs') {
    go('compare');
    void addRuns(folder.files.map(({ file }) => file));
  } else if (kind === 'adapter') {
    go('try');
    void importAdapter(folder);
  } else {
    go('train');
    void importFolder('model', folder);
  }
}

/** Files that were dropped outside of any part that takes them: they go where they belong; what belongs nowhere is named, and the view stays. */
export async function importAnything(folder: FolderFiles): Promise<void> {
  const kind = projectIn(folder) ? null : await whatIs(folder);
  if (kind) return place({ kind, folder });
  if (!projectIn(folder) && folder.files.length > 0) {
    if (!folder.files.some(({ path }) => ofData.test(path))) return useCatalog.setState({ unopened: folder.name || defined(folder.files[0]).path });
    go('train');
  }
  return importFolder('data', folder);
}

export const dismissMisplaced = (): void => useCatalog.setState({ misplaced: null });
export const dismissUnopened = (): void => useCatalog.setState({ unopened: '' });

/** Chooses what is open from these very files already, with all that was changed about it; false where nothing is. */
function chooseOpen(kind: 'model' | 'data', folder: FolderFiles): boolean {
  const { models, datasets } = useCatalog.getState();
  const id = openedAs(kind, (kind === 'model' ? models : datasets).map((one) => one.id), folder);
  if (id === undefined) return false;
  // The layers that are chosen belong to the chosen model.
  if (useSettings.getState()[kind] !== id) changeSettings(kind === 'model' ? { model: id, targets: [] } : { data: id });
  toast(importsWords.open(id));
  return true;
}

/** Hands a chosen folder, or files, to the worker; on failure everything stays as it was and the reason is shown. */
export async function importFolder(kind: 'model' | 'data', folder: FolderFiles): Promise<void> {
  const project = projectIn(folder);
  dismissUnopened();
  if (project) {
    showProject();
    return openProject(project);
  }
  const is = await whatIs(folder);
  if (is && is !== kind) return useCatalog.setState({ misplaced: { kind: is, as: kind, folder }, importError: null });
  useCatalog.setState({ misplaced: null });
  const mine = ++ticket;
  if (folder.files.length === 0) {
    useCatalog.setState({ importing: null, importError: { kind, name: folder.name || filesWords.nothing, message: filesWords.empty } });
    return;
  }
  await bringBackChosen(kind, folder);
  if (chooseOpen(kind, folder)) return useCatalog.setState({ importing: null, importError: null, asks: '' });
  useCatalog.setState({ importing: { kind, name: folder.name, files: folder.files.length }, importError: null });
  try {
    if (kind === 'model') {
      const info = await studio().importModel(folder.name, folder.files);
      if (mine !== ticket) return;
      if (!noteFolder('model', info.id, folder)) forgetMeasured('model', info.id);
      useCatalog.setState(({ models }) => ({ models: withModel(models, info) }));
      changeSettings({ model: info.id, targets: [] });
      void keepImport('model', info.id);
    } else {
      const info = await withKeptEdits(await studio().importData(folder.name, folder.files));
      if (mine !== ticket) return;
      if (!noteFolder('data', info.id, folder)) forgetMeasured('data', info.id);
      useCatalog.setState(({ datasets }) => ({ datasets: withData(datasets, info), asks: '' }));
      changeSettings({ data: info.id, ...(await methodsFor(info)) });
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
