import { namesBy, type Names } from '../names';

/** Names of ViT and DeiT, which changed in transformers 5.9 (#46266). */
export const vitFileNames = (prefix: string): Names =>
  namesBy({
    prefix,
    blocks: ['encoder.layer', 'layers'],
    parts: [
      ['attention.attention.query', 'attention.q_proj'],
      ['attention.attention.key', 'attention.k_proj'],
      ['attention.attention.value', 'attention.v_proj'],
      ['attention.output.dense', 'attention.o_proj'],
      ['intermediate.dense', 'mlp.fc1'],
      ['output.dense', 'mlp.fc2'],
    ],
  });
