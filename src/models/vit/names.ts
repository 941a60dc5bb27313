import { namesBy, type Names, type NameTable } from '../names';

/** Names of attention in a block, of families whose code transformers shares. */
export const attentionNames: NameTable['parts'] = [
  ['attention.attention.query', 'attention.q_proj'],
  ['attention.attention.key', 'attention.k_proj'],
  ['attention.attention.value', 'attention.v_proj'],
  ['attention.output.dense', 'attention.o_proj'],
];

/** Names of ViT and DeiT, which changed in transformers 5.9 (#46266). */
export const vitFileNames = (prefix: string): Names =>
  namesBy({
    prefix,
    blocks: ['encoder.layer', 'layers'],
    parts: [
      ...attentionNames,
      ['intermediate.dense', 'mlp.fc1'],
      ['output.dense', 'mlp.fc2'],
    ],
  });
