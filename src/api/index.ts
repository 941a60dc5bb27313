/**
 * The package `fullrank`: models, adapters, and their training, by the names of transformers, PEFT and transformers.js. It runs in
 * pages, in workers and in Node, and does nothing when it is imported.
 */
export { requestDevice, type DeviceOptions } from './device';
export type { HubOptions } from './files';
export { AutoModelForCausalLM, AutoModelForImageClassification, AutoModelForSequenceClassification, CausalLMModel, ImageClassificationModel, PreTrainedModel, SequenceClassificationModel, type GenerationOptions, type ModelOptions } from './models';
export { AutoTokenizer, type IntTensor, type TokenizedTexts, type Tokenizer, type TokenizerOptions } from './tokenizer';
export { AutoImageProcessor, type ImageProcessor, type PixelValues } from './processor';
export { load_dataset, type DatasetOptions } from './data';
export { get_peft_model, PeftModel, type NamedAdapter, type PeftConfig, type Trained } from './peft';
export * from './configs';
export type { MethodSettings } from './settings';
export { Trainer, trainConfig, TrainingArguments, type EvaluationLog, type TrainingSettings, type TrainLog } from './trainer';
export { decodeImage } from '../data/decode';
export type { Dataset, RgbImage, Split } from '../data/source';
export type { ImageList } from '../data/images';
export type { SavedFile } from '../adapters/files';
export type { Device } from '../engine/device';
export type { DeviceChoice, MethodConfig, Plan, Prediction, TrainConfig } from '../train/protocol';
export { fetchTree, filesTree, memoryTree, type FileTree } from '../io/fileTree';
export { Hub } from '../io/hub/hub';
export { FullrankError } from '../errors/errors';
