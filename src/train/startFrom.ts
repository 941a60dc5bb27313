import type { LoadedAdapter } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import type { MethodConfig } from './protocol';

/** Takes over from an adapter what a run on these classes can use. Other classes need a new head, whatever the adapter's was, and a new head is always trained. */
export function startFrom({ adapted, values }: Pick<LoadedAdapter, 'adapted' | 'values'>, classes: readonly string[]): { method: MethodConfig; start: Arrays } {
  const { labels } = adapted.model;
  if (classes.length === labels.length && classes.every((c, i) => c === labels[i])) return { method: adapted.config, start: values };
  const { modules_to_save: _, ...method } = adapted.config;
  return { method, start: Object.fromEntries(Object.entries(values).filter(([name]) => !adapted.trace.head.has(name))) };
}
