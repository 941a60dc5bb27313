/**
 * What others build on, by the names of transformers, PEFT and transformers.js: models, adapters, and their training. Pages and the
 * command line say more through `train/`, which this stands on.
 */
export { requestDevice } from './device';
export { AutoModelForImageClassification, ImageClassificationModel, type HubOptions, type ModelOptions } from './models';
export { get_peft_model, PeftModel, type NamedAdapter, type PeftConfig, type Trained } from './peft';
export { Trainer, trainConfig, type EvaluationLog, type TrainingArguments, type TrainLog } from './trainer';
