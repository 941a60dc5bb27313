import type { FileTree } from '../io/fileTree';
import type { OnHubEvent } from '../io/hub/events';
import type { Hub, OpenOptions } from '../io/hub/hub';
import { bundledTree } from './bundled';
import { platform } from './platform';

/** Options for fetching a model or an adapter from the hub, by transformers.js' names. */
export interface HubOptions extends Pick<OpenOptions, 'revision' | 'endpoint' | 'token' | 'signal'> {
  progress_callback?: OnHubEvent;
  /** Store of the fetched files; when left out the browser's storage in a worker, which alone can write there, memory elsewhere in a page, and in Node a folder (`hub` of `fullrank/node`). */
  hub?: Hub;
}

/** The files that are given, or those of a name: of a bundled model or set, of a folder or file in Node, or of a repository of the hub by its id. Throws HubError, ModelError or DataError. */
export async function filesOf(from: string | FileTree, { hub, progress_callback, ...options }: HubOptions & Pick<OpenOptions, 'kind' | 'config' | 'weights'>): Promise<FileTree> {
  if (typeof from !== 'string') return from;
  const here = (await bundledTree(from, options.kind === 'dataset' ? 'dataset' : 'model')) ?? (await platform().folder(from));
  return here ?? (hub ?? platform().hub()).open(from, { ...options, onEvent: progress_callback });
}
