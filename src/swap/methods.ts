import { methods } from '../adapters';

/** Keys of all methods, and PEFT's and our own types of adapters, each with its methods. */
export const keys: readonly string[] = Object.keys(methods);
export const types: Readonly<Record<string, readonly string[]>> = Object.entries(methods).reduce<Record<string, string[]>>((all, [key, { codecs = [] }]) => {
  for (const { type } of codecs) all[type] = [...new Set([...(all[type] ?? []), key])];
  return all;
}, {});

/**
 * Registers methods by key. Here all of them are: the package has a module of its own in this one's place (cli/setup/lean.mjs), which
 * fetches them when they are asked for.
 */
export const register = async (_: readonly string[]): Promise<void> => {};
