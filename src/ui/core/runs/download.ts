import { fetchAlsoAhead } from '../../kit/controls/Part';
import { saveAs } from '../../kit/saveAs';
import { get, type AdapterFile } from '../storage/database';
import { exportName } from './exportName';
import { useRuns, type Run } from './runs';

const slice = 1 << 20;

/** Fetched when the page is idle: nothing is zipped before a run has ended. */
const zipping = () => import('fflate');
fetchAlsoAhead(zipping);

/** Packs files without compression (weights do not shrink), a megabyte at a time so that the page stays smooth. */
export async function zipFiles(folder: string, files: AdapterFile[]): Promise<Blob> {
  const { Zip, ZipPassThrough } = await zipping();
  const parts: BlobPart[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    parts.push(chunk);
  });
  for (const { path, bytes } of files) {
    const entry = new ZipPassThrough(`${folder}/${path}`);
    zip.add(entry);
    for (let at = 0; at === 0 || at < bytes.length; at += slice) {
      entry.push(bytes.subarray(at, at + slice), at + slice >= bytes.length);
      await new Promise((go) => setTimeout(go));
    }
  }
  zip.end();
  return new Blob(parts, { type: 'application/zip' });
}

/** Downloads a run's adapter in PEFT's files. False when none was kept. */
export async function downloadAdapter(run: Run): Promise<boolean> {
  const files = await get('adapters', run.id);
  if (!files) return false;
  const name = exportName(run, useRuns.getState().runs);
  saveAs(await zipFiles(name, files), `${name}.zip`);
  return true;
}
