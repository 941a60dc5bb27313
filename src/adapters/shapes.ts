import { sizeOf } from '../engine/tensor';
import type { Adapted } from './adapted';
import { evaluate } from './formula';
import type { Layer } from './method';
import type { CountFormula, MatrixShapes, MethodShapes, NamedShape } from './shapes.meta';

const parametersOf = (tensors: readonly NamedShape[]): number => tensors.reduce((sum, { shape, count }) => sum + count * sizeOf(shape), 0);

/** Tensors in which those of one shape are one, under the name of the first. */
function together(tensors: Iterable<readonly [string, readonly number[]]>): NamedShape[] {
  const found = new Map<string, NamedShape>();
  for (const [name, shape] of tensors) {
    const known = found.get(shape.join());
    found.set(shape.join(), known ? { ...known, count: known.count + 1 } : { name, shape, count: 1 });
  }
  return [...found.values()];
}

const single = (tensors: Record<string, readonly number[]>): NamedShape[] => Object.entries(tensors).map(([name, shape]) => ({ name, shape, count: 1 }));

/** Formula with this model's numbers; undefined where there is none, or where it does not give what is counted. */
function countOf(formula: string | undefined, counted: number, { method, config }: Adapted, more: Record<string, number>): CountFormula | undefined {
  if (formula === undefined) return undefined;
  const made = evaluate(formula, (name) => more[name] ?? Number(config[name]));
  // Where a setting that it does not name makes the count another, there is none.
  if (made.value !== counted) return undefined;
  const shown = method.fields.fields.reduce((text, { name, short }) => (short ? text.replace(new RegExp(`\\b${name}\\b`, 'g'), short) : text), formula);
  return { formula: shown, numbers: made.numbers };
}

function matrixShapes(adapted: Adapted, layer: Layer): MatrixShapes {
  const { method } = adapted;
  const trained = single(method.tensors(adapted.configOf(layer), layer));
  const fixed = single(Object.fromEntries(Object.entries(adapted.fixedOf(layer)).map(([name, { shape }]) => [name, shape])));
  const parameters = parametersOf(trained);
  return { in: layer.in, out: layer.out, matrices: 1, trained, fixed, parameters, count: countOf(method.count?.each, parameters, adapted, { d_in: layer.in, d_out: layer.out }) };
}

/** Shapes of all that a method trains and keeps fixed on its model. */
export function shapesOf(adapted: Adapted): MethodShapes {
  const groups = new Map<string, MatrixShapes>();
  for (const layer of adapted.layers) {
    const one = matrixShapes(adapted, layer);
    const known = groups.get(JSON.stringify(one));
    groups.set(JSON.stringify(one), { ...one, matrices: (known?.matrices ?? 0) + 1 });
  }
  const shapes = (tensors: Record<string, { shape: readonly number[] }>): (readonly [string, readonly number[]])[] => Object.entries(tensors).map(([name, { shape }]) => [name, shape]);
  const common = together(shapes(adapted.common));
  const weights = together([...adapted.trainedWeights].map((name) => [name, adapted.trace.weights.get(name)!]));
  return {
    matrices: [...groups.values()].map(({ count, ...group }) => ({ ...group, ...(count && { count }) })),
    common,
    count: countOf(adapted.method.count?.all, parametersOf(common), adapted, { matrices: adapted.layers.length }),
    shared: together(shapes(adapted.shared)),
    weights,
    parameters: adapted.counts().adapter_parameters,
  };
}
