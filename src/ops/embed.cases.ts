import { type OpCase, opCase } from '../testing/checkOp';
import { embed as embedReference, patchify as patchifyReference } from '../testing/reference';
import { embed, patchify } from './embed';

export const cases: OpCase[] = [
  ...([
    [[2, 3, 8, 12], 4],
    [[1, 1, 6, 6], 3],
    [[2, 2, 5, 3], 1],
    [[1, 3, 7, 14], 7],
  ] as [[number, number, number, number], number][]).map(([shape, patch]) => opCase({
    name: `patchify ${shape.join(',')} by ${patch}`,
    inputs: { pixels: { shape, grad: false } },
    run: ({ pixels }) => patchify(pixels, patch),
    reference: ({ pixels }) => patchifyReference(pixels, shape, patch),
    tolerance: 0, // moves values
  })),
  ...[
    { B: 3, T: 5, C: 6 },
    { B: 1, T: 2, C: 4 },
    { B: 2, T: 10, C: 33 },
  ].map(({ B, T, C }) => opCase({
    name: `embed B${B} T${T} C${C}`,
    inputs: { patches: { shape: [B, T - 1, C] }, cls: { shape: [1, 1, C] }, positions: { shape: [1, T, C] } },
    run: ({ patches, cls, positions }) => embed(patches, cls, positions),
    reference: ({ patches, cls, positions }) => embedReference(patches, cls, positions),
  })),
];
