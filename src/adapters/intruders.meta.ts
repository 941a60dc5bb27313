/** Largest directions of a layer's trained weight: of each, how like it the likest direction of the pretrained weight is, as |cosine|, 0 to 1. */
export interface LayerIntruders {
  layer: string;
  cosines: number[];
}

/** A direction is an intruder below this |cosine| with every one of the pretrained weight's, and so many of a layer are looked at. Both as in PEFT. */
export const INTRUDERS = { epsilon: 0.5, top: 10 } as const;

/** Intruder dimensions among a layer's directions. */
export const intrudersIn = ({ cosines }: LayerIntruders, epsilon: number): number => cosines.filter((cosine) => cosine < epsilon).length;

/** Seconds that finding the intruder dimensions of runs takes on one core of a usual computer, by the layers (out, in) that each changes: as measured on sides of 192 to 1536. Directions of the pretrained weight are computed once for all runs. */
export function intruderSeconds(updates: readonly (readonly { layer: string; shape: readonly [number, number] }[])[]): number {
  const sum = (shapes: Iterable<readonly [number, number]>, of: (out: number, n: number) => number) => [...shapes].reduce((all, [out, n]) => all + of(out, n), 0);
  const changed = updates.flat();
  const pretrained = sum(new Map(changed.map(({ layer, shape }) => [layer, shape])).values(), (out, n) => 1.5e-8 * Math.min(out, n) ** 3 + (out > n ? 7e-9 * out * n ** 2 : 0));
  return pretrained + sum(changed.map(({ shape }) => shape), (out, n) => 2e-6 * out * n);
}
