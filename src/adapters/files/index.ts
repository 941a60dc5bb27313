/** Folders of adapters and of models: what is read of them, and what is written. */
export { loadAdapter, openSaved } from './load';
export type { BaseModel, ForeignLayer, LoadedAdapter, SavedFile } from './loaded';
export { modelConfig, modelFiles, modelTensors } from './model';
export { saveAdapter } from './save';
