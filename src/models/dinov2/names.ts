import { namesBy, type Names } from '../names';
import { attentionNames } from '../vit/names';

/** Names of DINOv2, with registers or without, some of which changed within transformers 5 (#41693). */
export const dinov2FileNames = (prefix: string): Names =>
  namesBy({
    prefix,
    blocks: ['encoder.layer', 'encoder.layer'],
    parts: [
      ...attentionNames,
      ['mlp.weights_out', 'mlp.down_proj'],
    ],
    halves: { of: 'a SwiGLU', whole: 'mlp.weights_in', parts: ['mlp.gate_proj', 'mlp.up_proj'] },
  });
