import { attentionNames, namesBy, type Names } from '../names';

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
