import { defined } from '../../numbers/defined';
import { constantOf } from './ir';
import type { Template } from '../template';
import { emit } from './emit';
import { lower } from './lower';
import { open } from './open';
import { parse } from './parse';
import { phases } from './phases';
import { WgslError, type At } from './source';

/** Error for a kernel that the compiler does not take: which, where, and why. */
export class KernelError extends Error {
  constructor(
    kernel: string,
    readonly at: At,
    readonly reason: string,
    source: string,
  ) {
    super(`${kernel}:${at.line}:${at.column} ${reason}\n    ${source}`);
  }
}

/** Compiles a kernel, its overrides open. Throws KernelError. */
export function compile(name: string, text: string): Template {
  try {
    const lowered = lower(parse(text));
    const workgroup = phases(lowered);
    const { bindings, shared, overrides, invocations } = lowered;
    const { wasm, at, memoryAt, products } = open(emit(lowered, workgroup), Object.keys(overrides));
    return {
      bindings,
      overrides: Object.fromEntries(Object.entries(overrides).map(([override, usual]) => [override, { usual, at: defined(at[override]) }])),
      memoryAt,
      shared,
      frame: workgroup.frame,
      invocations: invocations.op === 'global' ? invocations.name : constantOf(invocations)!,
      products,
      wasm,
    };
  } catch (error) {
    if (!(error instanceof WgslError)) throw error;
    throw new KernelError(name, error.at, error.reason, text.split('\n')[error.at.line - 1] ?? '');
  }
}
