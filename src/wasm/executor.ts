import { HEADER_WORDS } from './template';

/** Part of a submit once the places of everything are known. */
export type Command =
  /** Workgroups of a kernel, by its number; `words` are its dispatch's without memory of the workgroup and of its invocations. */
  | { kind: 'run'; kernel: number; words: number[]; groups: number }
  | { kind: 'copy'; from: number; to: number; bytes: number }
  | { kind: 'clear'; at: number; bytes: number };

/** Kernels and commands on one memory, on this thread or on several. */
export interface Executor {
  /** Makes a kernel known, with the bytes that its workgroups and their invocations need; its number. */
  add(module: WebAssembly.Module, needs: Needs): number;
  /** Does commands in their order, one after another. */
  run(commands: Command[]): Promise<void>;
  stop(): void;
}

export interface Needs {
  shared: number;
  frames: number;
}

/** Exported by every kernel: workgroups `from` to `to` of the dispatch that is described at `words`. */
export type Run = (words: number, from: number, to: number) => void;

/** Words of the longest description of a dispatch: sixteen buffers at most. */
export const MOST_WORDS = HEADER_WORDS + 2 * 16;
