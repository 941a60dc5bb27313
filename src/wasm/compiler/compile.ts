import { emit } from './emit';
import { lower, type BufferBinding } from './lower';
import { parse } from './parse';
import { phases } from './phases';
import { WgslError } from './source';

/** A kernel in WebAssembly, with what it needs to be run. */
export interface Compiled {
  wasm: Uint8Array;
  bindings: BufferBinding[];
  /** Bytes of memory of a workgroup, and of all its invocations between barriers. */
  shared: number;
  frames: number;
}

/** Compiles a kernel for these values of its overrides. What is not supported is an error with the kernel's name, line and reason. */
export function compile(name: string, text: string, overrides: Record<string, number>): Compiled {
  try {
    const lowered = lower(parse(text), overrides);
    const workgroup = phases(lowered);
    const [x, y, z] = lowered.workgroup;
    return { wasm: emit(lowered, workgroup), bindings: lowered.bindings, shared: lowered.shared, frames: workgroup.frame * x * y * z };
  } catch (error) {
    if (!(error instanceof WgslError)) throw error;
    throw new Error(`${name}:${error.message}\n    ${text.split('\n')[error.at.line - 1] ?? ''}`);
  }
}
