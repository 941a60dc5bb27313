import { written } from '../errors/text';
import { defined } from '../numbers/defined';
import { ConfigError, methodFields } from './fields';
import type { Method } from './method';

const found = import.meta.glob<Method>('./methods/*/method.ts', { eager: true, import: 'method' });

/** All methods by key, in the order in which they are shown. */
export const methods: Record<string, Method> = Object.fromEntries(Object.keys(methodFields).map((key) => [key, defined(found[`./methods/${key}/method.ts`])]));

/** The method by its key. Throws ConfigError that lists them. */
export function methodOf(key: string): Method {
  const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (!method) throw new ConfigError(`method ${written(key)} is unknown; there are ${Object.keys(methods).join(', ')}.`);
  return method;
}
