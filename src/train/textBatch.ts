import { DataError } from '../data/source';
import type { TensorSource } from '../io/safetensors';
import { positionsOf, readoutOf, textFields, type TextModel } from '../models/text';
import { objectiveOf } from '../tasks';
import { problemOfFloats } from '../tasks/texts';
import type { HostBatch } from '../tasks/task';
import type { BatchSource } from './feeds';

/** Texts of a file, with a model in the form that is as long as they are. */
export interface ReadTexts {
  model: TextModel;
  /** Dimensions before the tokens in the shape of `input_ids`. */
  lead: number[];
  /** All inputs of the task, one row behind the other. */
  inputs: HostBatch;
}

/**
 * Texts as a file has them: `input_ids` (..., T) and `labels`, and, where they are not what they would be, `attention_mask`, `position_ids`
 * and `token_type_ids` (..., T). Labels are whole numbers; where each label of a text is a yes or a no, floats (..., K). Throws DataError.
 */
export async function readTextBatch(file: TensorSource, given: TextModel): Promise<ReadTexts> {
  if (!file.has('input_ids') || !file.has('labels')) throw new DataError(`A batch of texts needs input_ids and labels; the file holds ${file.names().slice(0, 10).join(', ')}.`);
  const { shape } = file.info('input_ids');
  const lead = shape.slice(0, -1);
  if (lead.length < 1 || shape.includes(0)) throw new DataError(`input_ids must be (B,T), they are [${shape.join(', ')}].`);
  const [rows, tokens] = [lead.reduce((a, b) => a * b, 1), shape.at(-1)!];
  const floats = file.info('labels').dtype.startsWith('F');
  const model = given.with({ tokens, ...(floats && { problem: problemOfFloats(given) }) }) as TextModel;
  const inputs: HostBatch = {};
  for (const name of Object.keys(textFields(model, rows))) inputs[name] = file.has(name) ? await whole(file, name, shape) : new Uint32Array(rows * tokens);
  const ids = inputs.input_ids as Uint32Array;
  const bad = ids.find((id) => id >= model.language.vocab_size);
  if (bad !== undefined) throw new DataError(`The batch has a token ${bad}; the model knows tokens 0 to ${model.language.vocab_size - 1}.`);
  if (!file.has('attention_mask')) inputs.attention_mask!.fill(1);
  if (!file.has('position_ids')) for (let b = 0; b < rows; b++) inputs.position_ids!.set(positionsOf(model.language, ids.subarray(b * tokens, (b + 1) * tokens)), b * tokens);
  return { model, lead, inputs: { ...inputs, labels: await readLabels(file, model, lead) } };
}

/** Whole numbers of a shape; those below zero, as of a label that does not count, wrap round. Throws DataError. */
async function whole(file: TensorSource, name: string, shape: readonly number[]): Promise<Uint32Array> {
  const found = file.info(name).shape;
  if (String(found) !== String(shape)) throw new DataError(`${name} must be [${shape.join(', ')}], it is [${found.join(', ')}].`);
  const values = await file.readF32(name);
  const bad = values.find((value) => !Number.isInteger(value));
  if (bad !== undefined) throw new DataError(`${name} must be whole numbers; it holds ${bad}.`);
  return Uint32Array.from(values, (value) => value >>> 0);
}

async function readLabels(file: TensorSource, model: TextModel, lead: number[]): Promise<HostBatch[string]> {
  const { shape, dtype } = objectiveOf(model).batch(model, 1).labels!;
  const wanted = [...lead, ...shape.slice(1)];
  if (dtype === 'f32') {
    const found = file.info('labels').shape;
    // One number for each text may go without a dimension of its own.
    if (![String(wanted), String(shape[1] === 1 ? lead : wanted)].includes(String(found))) throw new DataError(`labels must be [${wanted.join(', ')}], they are [${found.join(', ')}].`);
    return file.readF32Checked('labels');
  }
  const labels = await whole(file, 'labels', wanted);
  const classes = readoutOf(model.language).vocabulary ? model.language.vocab_size : model.num_labels;
  const bad = labels.find((label) => label >= classes && label < 2 ** 31);
  if (bad !== undefined) throw new DataError(`The batch has a label ${bad}; the model has classes 0 to ${classes - 1}.`);
  return labels;
}

/** Fixed batches of texts, (S, B, T), replayed in order. Throws DataError. */
export async function fixedTextBatches(file: TensorSource, given: TextModel): Promise<{ model: TextModel; source: BatchSource & { steps: number; batch: number } }> {
  const { model, lead, inputs } = await readTextBatch(file, given);
  const [steps, batch] = lead as [number, number];
  if (lead.length !== 2) throw new DataError(`input_ids of --batches must be (S,B,T), they are [${[...lead, model.language.tokens].join(', ')}].`);
  const part = <T extends HostBatch[string]>(data: T, at: number) => data.subarray((at * data.length) / steps, ((at + 1) * data.length) / steps) as T;
  return {
    model,
    source: {
      count: steps * batch,
      steps,
      batch,
      labels: inputs.labels!,
      labelsAt: (at) => part(inputs.labels!, at),
      fill(at, to) {
        for (const [name, data] of Object.entries(inputs)) to[name]?.set(part(data, at));
        return Promise.resolve();
      },
    },
  };
}
