import { zipParts } from '../io/zipWrite';
import { defined } from '../numbers/defined';
import type { HubEvent, HubOptions, RunRecord, RunsFormat } from '../train/protocol';
import type { RecordsWorker } from './protocol';
import type { Library } from './library';

/** Reads and writes files of runs. */
export class RunFiles implements RecordsWorker {
  constructor(
    private readonly library: Library,
  ) {}

  async hubRuns(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<RunRecord[]> {
    const [{ fetchRunFiles }, { readRuns }] = await Promise.all([import('../io/hub/runFiles'), import('../records/runFile')]);
    const files = await this.library.untilCancelled(id, (signal) => fetchRunFiles(id, { ...options, signal, onEvent }));
    return files.flatMap(({ path, bytes }) => readRuns(bytes, path));
  }

  async readRuns(file: File): Promise<RunRecord[]> {
    const { maxRunsBytes, readRuns } = await import('../records/runFile');
    // One byte more than is read, so that what is too long is refused by its reader and never held.
    return readRuns(new Uint8Array(await file.slice(0, maxRunsBytes + 1).arrayBuffer()), file.name);
  }

  async exportRuns(runs: RunRecord[], format: RunsFormat, atMost = 0): Promise<{ name: string; blob: Blob }> {
    const { exportRuns, nameOf } = await import('../records');
    const files = await exportRuns(runs, format, Date.now(), atMost);
    const bytes = (file: (typeof files)[number]) => (typeof file.bytes === 'string' ? new TextEncoder().encode(file.bytes) : file.bytes) as Uint8Array<ArrayBuffer>;
    if (files.length === 1 && !defined(files[0]).path.includes('/')) return { name: defined(files[0]).path, blob: new Blob([bytes(defined(files[0]))]) };
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const name = `${nameOf(runs)}-${format}`;
    for await (const part of zipParts(name, files.map((file) => ({ path: file.path, parts: [bytes(file)] })))) parts.push(part as Uint8Array<ArrayBuffer>);
    return { name: `${name}.zip`, blob: new Blob(parts, { type: 'application/zip' }) };
  }
}
