import { bert } from './bert/bert';
import { gpt2 } from './gpt2/gpt2';
import { llama } from './llama/llama';
import { imageFamilies, parseFamily } from './images';
import type { ModelFamily, Model } from './model';
import { phi3 } from './phi3/phi3';
import { qwen2 } from './qwen2/qwen2';
import { roberta } from './roberta/roberta';

/** All families, one line each. */
export const families: ModelFamily[] = [...imageFamilies, roberta, bert, gpt2, llama, qwen2, phi3];

/** Reads a config.json. Throws a ModelError that lists what is supported. */
export const parseModel = (config: unknown): Model => parseFamily(families, config);
