import type { BlockOutput, Model } from './model';

/** `Model.outputOf` where block N is called `prefix.N`, and these are the layers that end its parts. */
export function blockOutputs(prefix: string, ends: Partial<Record<BlockOutput['part'], string>>): NonNullable<Model['outputOf']> {
  const parts = Object.entries(ends) as [BlockOutput['part'], string][];
  return (layer) => {
    const [number, ...rest] = layer.startsWith(`${prefix}.`) ? layer.slice(prefix.length + 1).split('.') : [];
    const found = parts.find(([, end]) => end === rest.join('.'));
    return found ? { block: Number(number), part: found[0] } : null;
  };
}
