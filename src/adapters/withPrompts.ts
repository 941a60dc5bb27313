import type { MethodConfig } from '../train/protocol';
import type { MethodFields } from './field';
import type { Method, Prompts } from './method';
import { nameInPair } from './pair.fields';
import { partOf } from './pair';
import type { PromptFolder } from './promptFolder';

/** Whether a file's tensor is one of a layer, by PEFT's names. */
const isOfLayer = (name: string): boolean => name.startsWith('base_model.model.');

/** The same functions, each given its own part of a pair's config. */
const through = <T extends object>(functions: T, own: (c: MethodConfig) => MethodConfig): T =>
  Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, typeof value === 'function' ? (c: MethodConfig, ...others: unknown[]) => (value as (...args: unknown[]) => unknown)(own(c), ...others) : (value as unknown)])) as T;

/**
 * A method on layers and one that puts tokens into sequences, at once, each with its own tensors. `fields` has the settings of both
 * (`pairFields`), the layers' first, whose size the budget moves. Such a pair is merged nowhere: what stands in the sequences is no weight.
 */
export function withPrompts(fields: MethodFields, onLayers: Method, around: Method): Method {
  const [own, ofPrompts] = [onLayers, around].map((part) => partOf(onLayers.fields, part.fields)) as [ReturnType<typeof partOf>, ReturnType<typeof partOf>];
  const { merged: _, runsAsOne, cost, codecs: __, ...rest } = through(onLayers, own);
  const prompts = around.prompts!;
  return {
    ...rest,
    fields,
    trains: 'adapter',
    ...(runsAsOne && { runsAsOne: (c, form) => form === 'streamed' && runsAsOne(c, form) }),
    ...(cost && { cost: (c, layer, tokens) => ({ streamed: cost(c, layer, tokens)?.streamed ?? 0 }) }),
    prompts: {
      ...through<Omit<Prompts, 'texts' | 'folder'>>(prompts, ofPrompts),
      ...(prompts.texts && { texts: through(prompts.texts, ofPrompts) }),
      folder: folderOf(fields.method, onLayers, around, ofPrompts),
    },
  };
}

/** Prompts under their own method's names, layers' tensors under PEFT's; `method.json` has the settings of both. */
function folderOf(method: string, onLayers: Method, around: Method, ofPrompts: (c: MethodConfig) => MethodConfig): PromptFolder {
  const { folder } = around.prompts!;
  const settings = onLayers.fields.fields.map(({ name }) => name);
  return {
    read(shapes, blocks, told) {
      const alone = new Map([...shapes].filter(([name]) => !isOfLayer(name)));
      const found = told.method === method && alone.size < shapes.size ? folder.read(alone, blocks, told) : null;
      if (!found) return null;
      const { method: _, ...prompts } = found;
      const renamed = Object.entries(prompts).map(([name, value]) => [nameInPair(onLayers.fields, around.fields, name), value] as const);
      return { method, ...Object.fromEntries(renamed), ...Object.fromEntries(settings.filter((name) => told[name] !== undefined).map((name) => [name, told[name]])) };
    },
    write: (c, blocks) => ({ ...folder.write(ofPrompts(c), blocks), ...Object.fromEntries(settings.map((name) => [name, c[name]])) }),
    tensors: (c, trained, value, model) => folder.tensors(ofPrompts(c), trained, value, model),
    values: (file) => folder.values(file),
  };
}
