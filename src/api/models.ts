import type { SavedFile } from '../adapters/files';
import type { Device } from '../engine/device';
import type { FileTree } from '../io/fileTree';
import { Hub, type OpenOptions } from '../io/hub/hub';
import type { OnHubEvent } from '../io/hub/events';
import { memoryFiles } from '../io/hub/memoryFiles';
import { opfsFiles } from '../io/hub/opfsFiles';
import { classifierOf } from '../models/model';
import { openImageModel, type LoadedModel } from '../train/openModel';
import type { FrozenDtype } from '../train/protocol';
import { requestDevice } from './device';

/** How a model or an adapter is fetched from the hub, by transformers.js' names. */
export interface HubOptions extends Pick<OpenOptions, 'revision' | 'endpoint' | 'token' | 'signal'> {
  progress_callback?: OnHubEvent;
  /** Where files are kept; when left out the browser's storage in a worker, which alone can write there, and memory elsewhere. */
  hub?: Hub;
}

/** Storage of frozen weights, by our names or by transformers.js'. */
const dtypes = { f32: 'f32', f16: 'f16', q8: 'q8', fp32: 'f32', fp16: 'f16' } as const satisfies Record<string, FrozenDtype>;

export interface ModelOptions extends HubOptions {
  /** That of `requestDevice`; this page's when left out, and by transformers.js' name for it. */
  device?: Device | 'webgpu';
  /** How weights that do not learn are stored on it: f32 (also fp32), f16 (fp16) or q8. */
  dtype?: keyof typeof dtypes;
}

let ownHub: Hub | null = null;
const defaultHub = (): Hub => (ownHub ??= new Hub(async () => ('WorkerGlobalScope' in globalThis ? opfsFiles() : memoryFiles())));

/** Files of a repository of the hub by its id, or those that are given. Throws HubError. */
export async function filesOf(from: string | FileTree, { hub = defaultHub(), progress_callback, ...options }: HubOptions & Pick<OpenOptions, 'kind' | 'weights'>): Promise<FileTree> {
  return typeof from === 'string' ? hub.open(from, { ...options, onEvent: progress_callback }) : from;
}

/** A checkpoint of a model that classifies images. Its weights are read from its files as they are needed. */
export class ImageClassificationModel {
  constructor(
    readonly device: Device,
    readonly files: FileTree,
    /** What the trainer and adapters take. */
    readonly loaded: LoadedModel,
    readonly dtype: FrozenDtype,
  ) {}

  /** config.json. */
  get config(): Record<string, unknown> {
    return this.loaded.config;
  }

  /** Names of its classes; empty for a checkpoint without a head. */
  get labels(): readonly string[] {
    return classifierOf(this.loaded.vision).labels;
  }

  /** The files of its folder. */
  async save_pretrained(): Promise<SavedFile[]> {
    return Promise.all(this.files.paths().map(async (path) => ({ path, bytes: await this.files.read(path) })));
  }
}

export const AutoModelForImageClassification = {
  /** Opens a model of any family by its id on the hub, or out of the files of its folder. Throws HubError, ModelError, FormatError or EngineError. */
  async from_pretrained(from: string | FileTree, { device, dtype = 'f32', ...options }: ModelOptions = {}): Promise<ImageClassificationModel> {
    const files = await filesOf(from, options);
    return new ImageClassificationModel(device === undefined || device === 'webgpu' ? await requestDevice() : device, files, await openImageModel(files), dtypes[dtype]);
  },
};
