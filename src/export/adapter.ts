import type { Adapted } from '../adapters/adapted';
import { codecOf, isPeft } from '../adapters/files/config';
import { saveAdapter, type BaseModel, type SavedFile } from '../adapters/files';
import type { Generation } from '../adapters/files/generations';
import type { Arrays } from '../adapters/method';
import { withSize, type PreprocessConfig } from '../data/preprocess';
import { preprocessJson } from '../data/preprocessWrite';
import { writeSafetensors } from '../io/safetensors';
import { TEXT_HEAD } from '../models/byText';
import { ModelError } from '../models/model';
import { defined } from '../numbers/defined';
import { adapterCard } from './adapterCard';
import { kindOf, type CardFacts } from './cardText';
import check from './check.py?raw';
import type { Probe } from './onnx/verify';

export interface AdapterExport {
  adapted: Adapted;
  /** Trainables, bases, head, and a text head's matrix, by label. */
  values: Arrays;
  base: BaseModel;
  /** The base model's preprocessing, and the image size that its config.json names. */
  preprocess: PreprocessConfig;
  own_size: number;
  /** Generation of transformers whose names the layers go by. */
  generation: Generation;
  /** Images with the engine's logits, for check.py; none of a model that reads texts. */
  probe?: Probe;
  facts?: CardFacts;
}

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/**
 * An adapter's folder for other people: adapter_config.json, adapter_model.safetensors (with one copy of shared bases and
 * the trained head) and fullrank.json; README.md with the loading lines; preprocessor_config.json; and, where PEFT can
 * load it, probe.safetensors with check.py. Throws ModelError for methods that save no adapter.
 */
export async function exportAdapter({ adapted, values, base, preprocess, own_size, generation, probe, facts = {} }: AdapterExport): Promise<SavedFile[]> {
  const { method, model } = adapted;
  if (method.trains !== 'adapter' && !method.codecs) throw new ModelError(`${method.fields.title} saves no adapter; export the model with its trained weights instead.`);
  const files = await saveAdapter(adapted, values, { base, generation });
  const { auto_mapping } = JSON.parse(new TextDecoder().decode(defined(files[0]).bytes)) as { auto_mapping?: { base_model_class: string } };
  const card = { className: model.language ? kindOf(model).className : (auto_mapping?.base_model_class ?? kindOf(model).className), own_size };
  files.push({ path: 'README.md', bytes: text(adapterCard(adapted, base.id, generation, facts, card)) });
  if (!probe) return files;
  files.push({ path: 'preprocessor_config.json', bytes: text(JSON.stringify(preprocessJson(withSize(preprocess, model.image_size)), null, 2)) });
  return isPeft(adapted) ? [...files, { path: 'probe.safetensors', bytes: probeFile(probe, values[TEXT_HEAD]) }, { path: 'check.py', bytes: text(checkOf(adapted)) }] : files;
}

/** check.py, with the lines that PEFT needs. */
function checkOf({ config }: Adapted): string {
  const { setup } = codecOf(config).card ?? {};
  const peft = 'from peft import PeftModel\n';
  return setup ? check.replace(peft, () => `${peft}${setup}\n`) : check;
}

function probeFile({ pixel_values, shape, logits }: Probe, head: Float32Array | undefined): Uint8Array {
  const classes = logits.length / shape[0];
  const f32 = (data: Float32Array, of: number[]) => ({ dtype: 'F32' as const, shape: of, data });
  const tensors = { pixel_values: f32(pixel_values, shape), logits: f32(logits, [shape[0], classes]) };
  return writeSafetensors(head ? { ...tensors, [TEXT_HEAD]: f32(head, [classes, head.length / classes]) } : tensors);
}
