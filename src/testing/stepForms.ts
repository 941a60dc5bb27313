/** The flags of `step` that change how an adapter is computed, and must not change what comes out. */
export const stepForms: { how: string; flags: string[] }[] = [
  { how: 'as chosen', flags: [] },
  { how: 'streamed', flags: ['--form', 'streamed'] },
  { how: 'merged', flags: ['--form', 'merged'] },
  { how: 'with recomputed activations', flags: ['--checkpoint-activations'] },
];

/** Each of some adapters in every form that it has: HydraLoRA's has no weight to be merged into. */
export const inStepForms = (names: readonly string[]) => names.flatMap((name) => stepForms.filter(({ how }) => !(how === 'merged' && name.startsWith('hydralora'))).map((form) => ({ name, ...form })));
