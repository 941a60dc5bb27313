import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { tokenEmbedding } from './tokenEmbedding';

function of(B: number, T: number, V: number, C: number, id: (i: number) => number = (i) => (i * 7) % V): OpCase {
  return opCase({
    name: `tokenEmbedding B${B} T${T} V${V} C${C}`,
    inputs: { table: { shape: [V, C] }, ids: { shape: [B, T], grad: false, dtype: 'u32', from: (_, i) => id(i) } },
    run: ({ table, ids }) => tokenEmbedding(table, ids),
    reference: ({ table, ids }) => Array.from({ length: B * T * C }, (_, i) => defined(table[Math.min(defined(ids[Math.floor(i / C)]), V - 1) * C + (i % C)])),
    uses: ['token_embedding', 'token_embedding_backward'],
  });
}

export const cases: OpCase[] = [
  of(2, 5, 9, 4),
  of(1, 1, 1, 3),
  // Padding: one id many times.
  of(3, 30, 20, 70, (i) => (i % 30 < 4 ? i % 20 : 19)),
  of(2, 77, 300, 6, (i) => (i * i) % 300),
  { ...of(1, 4, 5, 8, (i) => i * 3), name: 'tokenEmbedding, ids beyond the vocabulary' },
];
