import { quote } from '../../errors/text';
import { FormatError } from '../../io/formatError';
import type { TensorSource } from '../../io/safetensors';
import type { Model } from '../../models/model';
import { traceModel } from '../../models/trace';
import { joint, modelLabel } from '../adapted';
import type { ReadConfig } from './config';
import { methodOf } from '../index';
import { commonOf, inFile, type Layer } from '../method';
import { PREFIX, unknownTensor, WEIGHTS } from './loaded';

export interface Parts {
  /** Names in the file by suffix, by layer. */
  layers: Map<string, Map<string, string>>;
  /** Names in the file by base (`randlora_A`). */
  bases: Map<string, string>;
  /** Names in the file by what all layers have in common. */
  common: Map<string, string>;
  /** Names in the file by the head's tensor (`classifier.weight`). */
  head: Map<string, string>;
}

/** Name of a tensor without what PEFT puts before all of them. Throws FormatError of what has it not. */
export function pathOf(name: string): string {
  if (!name.startsWith(PREFIX)) throw new FormatError(`${WEIGHTS} has a tensor ${quote(name)}, which does not start with base_model.model.; this is not a PEFT file.`);
  return name.slice(PREFIX.length);
}

/** Name of a tensor that is no layer's and no head's, without what PEFT puts before all; undefined of others. */
const commonIn = (name: string): string | undefined => (name.startsWith(modelLabel('')) && !name.startsWith(PREFIX) ? name.slice(modelLabel('').length) : undefined);

/** The head's tensor that a path names; null if it names none. A head of one layer may go by any name here; of several, by the model's own (`inHead`). */
export function headPart(path: string, inHead: ReadonlySet<string>): string | null {
  const part = path.replace(/^([^.]+)\.modules_to_save\./, '$1.');
  return /^[^.]+\.(weight|bias)$/.test(part) || inHead.has(part) ? part : null;
}

/** A layer, for asking a method what its tensors are called. */
// Stryker disable next-line ObjectLiteral,StringLiteral: what they are called depends on no layer, or `suffixes` says it
export const anyLayer: Layer = { name: '', in: 1, out: 1 };

/** Sorts the file's tensors by what they are. A name that it does not know is an error: nothing is left out in silence. */
// Stryker disable next-line ArrayDeclaration: no tensor is called anything else
export function sortTensors(source: TensorSource, { config, codec: { bases = [], spellings = {} } }: ReadConfig, model: Model): Parts {
  const parts: Parts = { layers: new Map(), bases: new Map(), common: new Map(), head: new Map() };
  const method = methodOf(config.method);
  const suffixes = method.suffixes ?? Object.keys(inFile(method, config, anyLayer));
  const { head: inHead, blocks } = traceModel(model);
  // Which a method has may depend on the layers, which the file has yet to tell: any of the model's own is taken for one of them (`readValues`).
  const common = method.common ? null : Object.keys(commonOf(method, config, { model, blocks, layers: [] }));
  const copies = new Map<string, string>();
  const v4 = (path: string) => model.names?.v4(path) ?? path;
  for (const name of source.names()) {
    const base = bases.find((b) => name === modelLabel(b));
    if (base) {
      parts.bases.set(base, name);
      continue;
    }
    const own = common ? common.find((c) => name === modelLabel(c)) : commonIn(name);
    if (own) {
      parts.common.set(own, name);
      continue;
    }
    const [other, ours] = Object.entries(spellings).find(([ending]) => name.endsWith(`.${ending}`)) ?? ['', ''];
    const path = pathOf(name).slice(0, -other.length || undefined) + ours;
    const suffix = suffixes.find((s) => path.endsWith(joint(s) + s));
    const copy = bases.find((b) => path.endsWith(`.${b}`));
    if (suffix) {
      const layer = v4(path.slice(0, -(joint(suffix) + suffix).length));
      if (!parts.layers.has(layer)) parts.layers.set(layer, new Map());
      parts.layers.get(layer)!.set(suffix, name);
    } else if (copy) {
      // Versions before PEFT #3714 repeat the shared bases in every layer: the first copy stands in, the rest are never read.
      if (!copies.has(copy)) copies.set(copy, name);
    } else {
      const part = headPart(path, inHead);
      if (part === null) throw unknownTensor(name, config);
      parts.head.set(part, name);
    }
  }
  for (const [base, name] of copies) if (!parts.bases.has(base)) parts.bases.set(base, name);
  const both = bases.filter((b) => parts.bases.has(b)).length;
  if (both > 0 && both < bases.length) throw new FormatError(`${WEIGHTS} holds one of ${bases.join(' and ')} but not the other.`);
  return parts;
}

/** Names of the layers in the file, by our names. */
export function namesInFile({ layers }: Parts): Map<string, string> {
  return new Map([...layers].map(([layer, tensors]) => {
    const [[suffix, name]] = tensors as unknown as [[string, string]];
    return [layer, name.slice(PREFIX.length, name.lastIndexOf(joint(suffix) + suffix))];
  }));
}
