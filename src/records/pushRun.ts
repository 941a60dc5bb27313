import type { Device } from '../engine/device';
import { hubFolder, hubMessage } from './hubFolder';
import { checkTarget, pushFiles, type PushedFile } from '../io/hub/push';
import { blobOf, exportFiles, type ExportInput, type ExportOptions } from '../train/exportRun';
import type { HubTarget, Pushed, PushSpec, RunRecord } from '../train/protocol';

/**
 * Makes files of a finished run as an export does, but without pictures of its data, and puts them into a repository of the hub,
 * with the card and the record of `run`, where that is known. What is wrong with the target by its form is said before anything is made. Throws HubError, what
 * `exportFiles` throws, and when aborted: then the repository has not changed.
 */
export async function pushRun(device: Device, input: ExportInput & { how: PushSpec }, run: RunRecord | null, { repository, endpoint, token, hidden }: HubTarget, options: ExportOptions = {}): Promise<Pushed> {
  const { signal, onEvent } = options;
  checkTarget(repository, token, endpoint);
  const { files } = await exportFiles(device, input, { ...options, pictures: false });
  const folder: PushedFile[] = [];
  for (const { path, parts } of files) {
    folder.push({ path, bytes: await blobOf(parts) });
    signal?.throwIfAborted();
  }
  onEvent?.({ stage: 'send', bytes: 0 });
  const onBytes = (bytes: number, total: number) => onEvent?.({ stage: 'send', bytes, total });
  return pushFiles(repository, await hubFolder(folder, run), { endpoint, token, private: hidden, message: hubMessage(run), signal, onBytes });
}
