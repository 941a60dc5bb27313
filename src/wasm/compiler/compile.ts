import { constantOf } from './ir';
import type { Template } from '../template';
import { emit } from './emit';
import { lower } from './lower';
import { open } from './open';
import { parse } from './parse';
import { phases } from './phases';
import { WgslError } from './source';

/** Compiles a kernel, its overrides open. What is not supported is an error with the kernel's name, line and reason. */
export function compile(name: string, text: string): Template {
  try {
    const lowered = lower(parse(text));
    const workgroup = phases(lowered);
    const { bindings, shared, overrides, invocations } = lowered;
    const { wasm, at, memoryAt } = open(emit(lowered, workgroup), Object.keys(overrides));
    return {
      bindings,
      overrides: Object.fromEntries(Object.entries(overrides).map(([override, usual]) => [override, { usual, at: at[override]! }])),
      memoryAt,
      shared,
      frame: workgroup.frame,
      invocations: invocations.op === 'global' ? invocations.name : constantOf(invocations)!,
      wasm,
    };
  } catch (error) {
    if (!(error instanceof WgslError)) throw error;
    throw new Error(`${name}:${error.message}\n    ${text.split('\n')[error.at.line - 1] ?? ''}`);
  }
}
