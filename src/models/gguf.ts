import type { GgufValue } from '../io/gguf/write';
import { defined } from '../numbers/defined';
import { ModelError } from './model';

/** A model as llama.cpp has it: all that it asks of a GGUF file except the tokens. */
export interface GgufForm {
  /** llama.cpp's name of the architecture, which stands before each of `settings`. */
  architecture: string;
  settings: Record<string, GgufValue>;
  /** llama.cpp's name of a weight of the model. */
  nameOf(weight: string): string;
  /** Maps each row there to the row of the weight that it holds, if that is another. */
  rowOf?(weight: string): ((row: number) => number) | undefined;
  /** Matrices that are kept as F32, by their names there; what has one dimension always is. */
  exact?: readonly string[];
  /** Tensors that no checkpoint has, by their names there. */
  made: Record<string, Float32Array>;
}

/**
 * Names by a table: of what stands in a numbered block below `blocks`, without `weight` and `bias` at their ends, and of what
 * stands outside of all blocks.
 */
export function ggufNames(blocks: string, inside: Readonly<Record<string, string>>, outside: Readonly<Record<string, string>>): GgufForm['nameOf'] {
  const module = /^(.+)\.(weight|bias)$/;
  return (weight) => {
    const [, path = '', kind] = module.exec(weight) ?? [];
    const [, block, part = ''] = path.startsWith(`${blocks}.`) ? (/^(\d+)\.(.+)$/.exec(path.slice(blocks.length + 1)) ?? []) : [];
    const name = block === undefined ? outside[path] : inside[part] && `blk.${block}.${inside[part]}`;
    if (name === undefined) throw new ModelError(`${weight} has no name in GGUF.`);
    return `${name}.${defined(kind)}`;
  };
}
