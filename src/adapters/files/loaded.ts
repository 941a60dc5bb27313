import { quote } from '../../errors/text';
import { FormatError } from '../../io/formatError';
import type { TensorSource } from '../../io/safetensors';
import type { Adapted } from '../adapted';
import type { Model } from '../../models/model';
import { defined } from '../../numbers/defined';
import type { MethodConfig } from '../field';
import type { Arrays, FileBase, Layer } from '../method';
import { CONFIG_FILE } from './config';
import { withHead } from './head';

/** A file of a saved adapter or model. */
export interface SavedFile {
  path: string;
  bytes: Uint8Array;
}

/** A layer that the file adapts and the model does not run: of the text tower of a CLIP. `own` holds its tensors by suffix. */
export interface ForeignLayer extends Layer {
  own: Arrays;
}

export interface LoadedAdapter {
  /** The model with the adapter's labels, and the method on it. */
  adapted: Adapted;
  /** Values of the trainables, the bases and the head, by label; nothing else needs a start value. */
  values: Arrays;
  /** The bases that the file brings, by name; for making the same `Adapted` anew. */
  bases: Record<string, FileBase>;
  /** True when the file brings a head; otherwise the checkpoint's stands. */
  hasHead: boolean;
  /** Size of the images it was trained on, where known. */
  image_size: number | null;
  foreign: ForeignLayer[];
  /** Sentences for people. */
  warnings: string[];
}

export const PREFIX = 'base_model.model.';

export const WEIGHTS = 'adapter_model';

export const text = (s: string): Uint8Array => new TextEncoder().encode(s);

export async function readShaped(source: TensorSource, name: string, shape: readonly number[]): Promise<Float32Array> {
  const found = source.info(name).shape;
  if (found.length !== shape.length || found.some((d, i) => d !== shape[i])) {
    throw new FormatError(`Tensor ${quote(name)} is [${found.join(', ')}], the config asks for [${shape.join(', ')}].`);
  }
  return source.readF32Checked(name);
}

/** The model that an adapter was trained on. */
export interface BaseModel {
  /** Name or path. */
  id: string;
  /** Full fine-tuning saves a whole model, with the tensors it did not touch as they are. */
  source: TensorSource;
  /** config.json as read. */
  config: Record<string, unknown>;
}

// Stryker disable next-line EqualityOperator: no two have one name
export const sorted = <T>(map: Map<string, T>): Map<string, T> => new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Error for a tensor that a method does not have. */
export const unknownTensor = (name: string, { method }: MethodConfig): FormatError => new FormatError(`${WEIGHTS} has a tensor ${quote(name)}, which ${method} does not have here; it cannot be honoured.`);

/** The model with the head that the adapter's file holds, and the labels that it was trained for. */
export function withLabels(model: Model, named: (string[] | undefined)[], config: MethodConfig, head: Map<string, string>, source: TensorSource): Model {
  if (head.size === 0) {
    const missing = (config.modules_to_save as string[] | null | undefined)?.find((name) => name === model.head);
    if (missing !== undefined) throw new FormatError(`${CONFIG_FILE} lists the head ${quote(missing)} in modules_to_save, but ${WEIGHTS} does not hold it.`);
    return model;
  }
  if (model.head === null) throw new FormatError(`${WEIGHTS} holds a trained classifier, but this model classifies by fixed text features.`);
  const rowsOf = (name: string) => (head.has(`${name}.weight`) ? defined(source.info(head.get(`${name}.weight`)!).shape[0]) : undefined);
  const labelled = withHead(model, rowsOf, named);
  if (!labelled) throw new FormatError(`${WEIGHTS} holds ${[...head.keys()].join(' and ')}; this model's head is ${quote(model.head)}, of which there is no weight.`);
  const stray = [...head].find(([part]) => !part.startsWith(`${labelled.head}.`));
  if (stray) throw unknownTensor(stray[1], config);
  return labelled;
}
