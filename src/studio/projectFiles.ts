import { HubError } from '../io/hub/hubError';
import { checkRoom, packBytes } from '../io/kept';
import type { ProjectManifest } from '../io/project/manifest';
import { defined } from '../numbers/defined';
import type { ProjectContents, StagedProject } from '../train/protocol';
import type { Imports } from './imports';

/** Projects as files, in and out. The zip library is fetched when one is asked for. */

/**
 * Writes a project: to the file that the person chose, or (null) as a Blob. An error, and a cancel, leave the file as it
 * was before, and none where there was none.
 */
export async function saveProject(imports: Imports, contents: ProjectContents, to: FileSystemFileHandle | null, record: (i: number) => Promise<unknown>, onBytes: (done: number) => void, signal: AbortSignal): Promise<Blob | null> {
  const { writeProject } = await import('../io/project/write');
  const kept = await imports.kept().catch(() => null);
  const keys = [...contents.imports, ...(await imports.poolKeys(contents.imports))];
  const manifest: ProjectManifest = {
    format: 'fullrank-project',
    version: 1,
    app: 'Fullrank',
    saved: Date.now(),
    settings: contents.settings,
    edits: contents.edits,
    records: contents.records,
    imports: kept ? await Promise.all(keys.map((key) => kept.index(key))) : [],
    hub: contents.hub,
  };
  const source = { manifest, record, pack: (i: number) => kept!.pack(defined(keys[i])) };
  if (to) {
    try {
      await writeProject(source, await to.createWritable(), { signal, onBytes });
    } catch (error) {
      // The picker made an empty file.
      if ((await to.getFile().catch(() => null))?.size === 0) await (to as { remove?(): Promise<void> }).remove?.().catch(() => {});
      throw error;
    }
    return null;
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const blob = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
  blob.catch(() => {});
  await writeProject(source, writable, { signal, onBytes });
  return blob;
}

/**
 * Reads a project file and lays everything down beside the present project, under a name of its own: records go to
 * `record`, imports to the browser's storage. Throws FormatError or HubError; then nothing of the imports is left.
 */
export async function stageProject(
  imports: Imports,
  file: Blob,
  project: string,
  record: (store: string, key: string, value: unknown) => Promise<void>,
  onBytes: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<StagedProject> {
  const [{ readProject }, { recordStore }, { checkRun }] = await Promise.all([import('../io/project/read'), import('../io/project/stores.meta'), import('../records/runFile')]);
  let done = 0;
  const opened = await readProject(file, { signal, onBytes: (bytes) => onBytes((done += bytes), file.size) });
  const { manifest } = opened;
  for (const [i, { store, key }] of manifest.records.entries()) {
    const value = await opened.record(i);
    if (value !== null) await record(store, key, store === recordStore ? checkRun(value, `run ${i + 1} of the project`) : value);
  }
  let refusal: string | null = null;
  const kept = await imports.kept(project).catch((error: unknown) => {
    if (!(error instanceof HubError) || error.kind !== 'storage') throw error;
    refusal = error.message;
    return null;
  });
  try {
    const bytes = manifest.imports.reduce((sum, index) => sum + packBytes(index), 0);
    if (kept) checkRoom(await imports.room(), bytes);
    for (const [i, index] of manifest.imports.entries()) await kept?.add(index, opened.pack(i), { signal });
  } catch (error) {
    await kept?.clear().catch(() => {});
    throw error;
  }
  const { saved, settings, edits, hub } = manifest;
  return { saved, settings, edits, hub, imports: manifest.imports.flatMap((index) => (index.kind === 'pool' ? [] : [{ kind: index.kind, id: index.id, bytes: packBytes(index) }])), refusal };
}
