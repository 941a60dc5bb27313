import type { Model } from './model';

/** Layers, given in the order in which they run, as transformers' classes have them, which is how PEFT goes through them. */
export function inModuleOrder<T extends { name: string }>({ modules = [] }: Pick<Model, 'modules'>, layers: readonly T[]): T[] {
  const paths = layers.map((layer, ran) => ({ layer, ran, path: layer.name.split('.') }));
  const order = (a: (typeof paths)[number], b: (typeof paths)[number]): number => {
    const at = a.path.findIndex((part, i) => part !== b.path[i]);
    const [first, second] = [modules.indexOf(a.path[at] ?? ''), modules.indexOf(b.path[at] ?? '')];
    return first < 0 || second < 0 ? a.ran - b.ran : first - second;
  };
  return paths.sort(order).map(({ layer }) => layer);
}
