import { create } from 'zustand';
import { countEdits } from '../../../data/edits.meta';
import { messageOf } from '../../../errors/errors';
import { newId } from '../../../io/newId.meta';
import { recordStore } from '../../../io/project/stores.meta';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import type { HubUse, ProjectContents, Pushed, RunRecord, StagedProject } from '../../../train/protocol';
import { withRoom } from './bin';
import { studio } from '../worker/client';
import { projectPointer } from './current';
import * as database from './database';
import { saveAs } from '../../kit/saveAs';
import { allEdits } from '../data/edits';
import { targetOn } from '../data/hub';
import { useImported } from './imported';
import { keepCurve } from './keep';
import { useKept } from '../data/keptImports';
import { addressOf, bundledProject, isBundled, type BundledProject, type LinkedProject } from './linkedProject';
import { fetchOnline, fileNameOf, OnlineProblem } from './onlineProject';
import { runOf } from '../runs/runRecords';
import { isLive, useRuns, type Run } from '../runs/runs';
import { initialSettings, personal, settingsOf, useSettings } from '../settings/settings';
import { enter, isBusy, keepPointer, sweep, tidied } from './switchProject';
import { tryAlone } from './tabs';
import { toast } from '../../kit/toast';
import { projectWords } from '../words/project';

/** The project as one file: saved, opened beside the present one and exchanged with it, begun anew. */

/** Contents of a project in numbers, for sentences. */
export interface Amount {
  runs: number;
  waiting: number;
  data: number;
  models: number;
  edits: number;
}

/** A project that was read and checked and waits for a yes. */
interface Found {
  file: string;
  staged: StagedProject;
  runs: number;
  /** Changes to data. */
  edits: number;
  decide: (yes: boolean) => void;
}

interface ProjectState {
  shown: boolean;
  /** Pictures and model files go along. */
  withFiles: boolean;
  /** Bytes of records; null until they are added up. */
  recordBytes: number | null;
  job: { what: 'save' | 'push' | 'read'; name: string; done: number; total: number } | null;
  found: Found | null;
  asking: boolean;
  /** The form of what goes to the hub is open. */
  hub: boolean;
  /** Repository typed there. */
  repository: string;
  /** Place of the project on the hub, once it is there. */
  pushed: Pushed | null;
  error: string;
  notice: string;
}

const quiet = { found: null, asking: false, pushed: null, error: '', notice: '' };
export const useProject = create<ProjectState>()(() => ({ shown: false, withFiles: true, recordBytes: null, job: null, hub: false, repository: '', ...quiet }));

/** Above so many bytes pictures and model files go along only when asked for. */
const muchBytes = 500e6;

export const importBytes = (): number => useKept.getState().items.reduce((sum, { bytes }) => sum + bytes, 0);

/** Opens the sheet, and adds up what a file would hold. A save or a push may be going on. */
export function showProject(): void {
  useProject.setState({ shown: true, withFiles: importBytes() <= muchBytes, recordBytes: null, ...quiet });
  void measure();
}

/** Closes the sheet; a reading that goes on, or waits for a yes, is given up. A save and a push go on. */
export function hideProject(): void {
  const { job, found } = useProject.getState();
  if (job?.what === 'read') cancelProject();
  found?.decide(false);
  useProject.setState({ shown: false, hub: false, ...quiet });
}

export const askNew = (asking: boolean): void => useProject.setState({ ...quiet, asking });

/** Opens the form of what goes to the hub, or closes it. */
export const showProjectPush = (hub: boolean): void => useProject.setState({ ...quiet, hub });

async function records(): Promise<ProjectContents['records']> {
  const gone = new Set([...useRuns.getState().runs, ...useImported.getState().list].flatMap((one) => (one.deleted ? one.id : [])));
  const all = await Promise.all(database.recordNames.map(async (store) => (await database.keysOf(store)).filter((key) => !gone.has(key)).map((key) => ({ store, key }))));
  return all.flat();
}

const bytesIn = (value: unknown): number => {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + 4 + bytesIn(inner), 0);
};

async function measure(): Promise<void> {
  let bytes = 0;
  for (const { store, key } of await records()) bytes += bytesIn(await database.get(store as database.StoreName, key));
  useProject.setState({ recordBytes: bytes });
}

/** Models and data of the hub that the settings and the runs use; ids of the hub contain a slash. */
function hubUses(): HubUse[] {
  const own = new Set(useKept.getState().items.map(({ kind, id }) => `${kind} ${id}`));
  const { model, data } = useSettings.getState();
  const specs = [{ model, data }, ...useRuns.getState().runs.filter((run) => !run.deleted).map((run) => run.spec)];
  const of = (kind: HubUse['kind'], ids: string[], ownKind: string) => [...new Set(ids)].filter((id) => id.includes('/') && !own.has(`${ownKind} ${id}`)).map((id) => ({ kind, id }));
  return [...of('model', specs.map((spec) => spec.model), 'model'), ...of('dataset', specs.map((spec) => spec.data), 'data')];
}

type Picker = (options: object) => Promise<FileSystemFileHandle>;

/** Saves the project: to a file that the person chooses where the browser can, else as a download. */
export async function saveProject(): Promise<void> {
  const name = projectWords.fileName(new Date().toISOString().slice(0, 10));
  const picker = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  let to: FileSystemFileHandle | null = null;
  try {
    to = (await picker?.({ suggestedName: name, types: [{ description: projectWords.fileKind, accept: { 'application/zip': ['.fullrank'] } }] })) ?? null;
  } catch (error) {
    // Nothing was chosen.
    if ((error as DOMException).name === 'AbortError') return;
  }
  const { withFiles, recordBytes } = useProject.getState();
  const total = (recordBytes ?? 0) + (withFiles ? importBytes() : 0);
  cancelling = false;
  useProject.setState({ ...quiet, job: { what: 'save', name: to?.name ?? name, done: 0, total } });
  try {
    const { contents, record } = await present(withFiles);
    const blob = await studio().saveProject(contents, to, record, proxy((done: number) => progress(done)));
    if (blob) saveAs(blob, name);
    say({ notice: projectWords.saved(to?.name ?? name) });
  } catch (error) {
    end(projectWords.notSaved(messageOf(error)));
  }
}

/** Puts the project into a repository of the hub, as one file without pictures and models. */
export async function pushProject(repository: string, hidden: boolean): Promise<void> {
  cancelling = false;
  useProject.setState({ ...quiet, repository, job: { what: 'push', name: repository, done: 0, total: 0 } });
  try {
    const { contents, record } = await present(false);
    const pushed = await studio().pushProject(contents, record, targetOn(repository, hidden), proxy(progress));
    useProject.setState({ job: null, hub: false, pushed });
    if (!useProject.getState().shown) toast(projectWords.pushed(repository));
  } catch (error) {
    end(projectWords.notPushed(messageOf(error)));
  }
}

/** Present contents of the project, and its records by index. */
async function present(withFiles: boolean): Promise<{ contents: ProjectContents; record: (i: number) => Promise<unknown> }> {
  for (const run of useRuns.getState().runs) if (isLive(run)) await keepCurve(run.id, true);
  const list = await records();
  const settings = Object.fromEntries(Object.entries(useSettings.getState()).filter(([field]) => !(personal as readonly string[]).includes(field)));
  const contents: ProjectContents = { settings, edits: allEdits(), records: list, imports: withFiles ? useKept.getState().items.map(({ key }) => key) : [], hub: hubUses() };
  const record = (i: number) => {
    const { store, key } = defined(list[i]);
    return database.get(store as database.StoreName, key);
  };
  return { contents, record: proxy(record) };
}

const progress = (done: number, total?: number): void => useProject.setState(({ job }) => ({ job: job && { ...job, done, total: Math.max(total ?? job.total, done) } }));

let cancelling = false;

/** Ends a save, a push or a reading. */
export function cancelProject(): void {
  cancelling = true;
  if (fetching) fetching.abort();
  else void studio().cancelProject();
}

const end = (sentence: string): void => say(cancelling ? { notice: projectWords.cancelled } : { error: sentence });

/** Ends the job with a sentence: on the sheet, or where the page says things when it has been closed. */
function say(how: { notice: string } | { error: string }): void {
  useProject.setState({ job: null, ...how });
  if (!useProject.getState().shown && !cancelling) toast(defined(Object.values(how)[0]));
}

/** Opens a project that comes with the page, as one that was chosen. */
export const openBundled = (said: BundledProject): Promise<void> => openLinked(bundledProject(said));

/** Fetches a project that lies online, checks it by its hash where there is one, and opens it as one that was chosen. */
export async function openLinked(project: LinkedProject): Promise<void> {
  if (useProject.getState().job || useProject.getState().found) return;
  const url = addressOf(project.said, location.href)!;
  const name = fileNameOf(url);
  cancelling = false;
  fetching = new AbortController();
  useProject.setState({ ...quiet, job: { what: 'read', name, done: 0, total: 0 } });
  try {
    const bytes = await fetchOnline(url, project.sha256, fetching.signal, progress);
    useProject.setState({ job: null });
    await openProject(new File([bytes], name), project);
  } catch (error) {
    end(error instanceof OnlineProblem ? projectWords.online[error.why](error.amount) : isBundled(project.said) ? projectWords.bundledGone : projectWords.online.gone());
  } finally {
    fetching = null;
  }
}
let fetching: AbortController | null = null;

/** Reads a project file, asks, and opens it; `from` is where it lies online. A failure, a cancel and a no leave everything as it was. */
export async function openProject(file: File, from?: LinkedProject): Promise<void> {
  if (useProject.getState().job || useProject.getState().found) return;
  useProject.setState(quiet);
  if (isBusy()) return useProject.setState({ error: projectWords.busy });
  await tidied();
  const free = await tryAlone('project', async () => {
    const id = newId();
    cancelling = false;
    useProject.setState({ job: { what: 'read', name: file.name, done: 0, total: file.size } });
    let entered = false;
    try {
      keepPointer(projectPointer());
      const { checkEdits, checkRecord } = await import('./projectChecks');
      let runs = 0;
      const keep = async <S extends database.StoreName>(store: S, key: string, value: database.Schema[S]['value']): Promise<void> => {
        const stored = await withRoom(() => database.putInto(id, store, key, value)).catch((error: unknown) => {
          throw new Error((error as DOMException)?.name === 'QuotaExceededError' ? projectWords.full : messageOf(error));
        });
        if (!stored) throw new Error(projectWords.noStorage);
      };
      const take = async (store: string, key: string, value: unknown): Promise<void> => {
        if (store === recordStore) return takeRun(key, value as RunRecord);
        const known = database.recordNames.find((name) => name === store);
        if (!known) throw new Error(projectWords.unknownStore(store.slice(0, 40)));
        const checked = checkRecord(known, key, value);
        if (!checked.ok) throw new Error(projectWords.badRecord(store, checked.why));
        if (known === 'runs') runs++;
        await keep(known, key, checked.value);
      };
      /** A run as the command line keeps it; the worker has checked its form. */
      const takeRun = async (key: string, record: RunRecord): Promise<void> => {
        if (record.spec.id !== key) throw new Error(projectWords.badRecord(recordStore, ''));
        const { run, curve } = runOf(record, key);
        await take('runs', key, { ...run, adapterBytes: record.adapter_bytes ?? 0 } satisfies Run);
        await take('curves', key, curve.record());
      };
      const staged = await withRoom(() => studio().stageProject(file, id, proxy(take), proxy((done: number, total: number) => progress(done, total))));
      const edits = checkEdits(staged.edits);
      if (!edits) throw new Error(projectWords.badRecord('edits', ''));
      const yes = await new Promise<boolean>((decide) => useProject.setState({ job: null, found: { file: file.name, staged, runs, edits: Object.values(edits).reduce((sum, one) => sum + countEdits(one), 0), decide } }));
      useProject.setState({ found: null });
      if (!yes) return;
      for (const [data, one] of Object.entries(edits)) await keep('edits', data, one);
      // Asked last: a run that began while anything was written would lose its project.
      if (isBusy()) throw new Error(projectWords.busy);
      enter('opened', { id, settings: settingsOf(staged.settings), hub: staged.hub, from });
      entered = true;
    } catch (error) {
      end(projectWords.notOpened(file.name, messageOf(error)));
    } finally {
      if (!entered) await sweep();
    }
  });
  if (!free) useProject.setState({ error: projectWords.otherTab });
}

/** Begins with nothing. The project before can be brought back for a while. */
export function newProject(): void {
  if (isBusy()) return useProject.setState({ ...quiet, error: projectWords.busy });
  try {
    enter('new', { id: newId(), settings: initialSettings, hub: [] });
  } catch (error) {
    useProject.setState({ ...quiet, error: messageOf(error) });
  }
}
