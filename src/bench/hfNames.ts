import { vitNames } from '../models/vit/block';
import { defined } from '../numbers/defined';
import { columns, transposed, VIT, type BlockWeights, type VitWeights, type Weight } from './work';

type Values = Record<string, Float32Array>;

/** The block's weights by the names and in the layout of the model families: matrices (out, in), query, key and value apart. */
export function namedBlock(w: BlockWeights, layer: string): Values {
  const names = vitNames(layer);
  const D = w.projB.data.length;
  const values: Values = {};
  const linear = (name: string, weight: Weight, bias: Weight) => Object.assign(values, { [`${name}.weight`]: transposed(weight).data, [`${name}.bias`]: bias.data });
  const norm = (name: string, gain: Weight, bias: Weight) => Object.assign(values, { [`${name}.weight`]: gain.data, [`${name}.bias`]: bias.data });
  norm(names.norm1, w.ln1G, w.ln1B);
  for (const [i, name] of [names.query, names.key, names.value].entries()) linear(name, columns(w.qkvW, i * D, (i + 1) * D), columns(w.qkvB, i * D, (i + 1) * D));
  linear(names.output, w.projW, w.projB);
  norm(names.norm2, w.ln2G, w.ln2B);
  linear(names.fc1, w.fc1W, w.fc1B);
  linear(names.fc2, w.fc2W, w.fc2B);
  return values;
}

/** The ViT's weights by the names of `models/vit`. */
export function namedVit(w: VitWeights): Values {
  const projection = 'vit.embeddings.patch_embeddings.projection';
  return {
    [`${projection}.weight`]: transposed(w.patchW).data,
    [`${projection}.bias`]: w.patchB.data,
    'vit.embeddings.cls_token': w.cls.data,
    'vit.embeddings.position_embeddings': w.pos.data,
    'vit.layernorm.weight': w.normG.data,
    'vit.layernorm.bias': w.normB.data,
    'classifier.weight': transposed(w.headW).data,
    'classifier.bias': w.headB.data,
    ...Object.fromEntries(w.blocks.flatMap((b, i) => Object.entries(namedBlock(b, `vit.encoder.layer.${i}`)))),
  };
}

/** Patches (B, T, P) put together to pixels (B, 3, H, W) that our models cut into the same patches. */
export function pixelsOf({ shape, data }: Weight, c = VIT): Float32Array {
  const [batch, tokens, size] = shape as [number, number, number];
  const across = c.image / c.patch;
  const pixels = new Float32Array(data.length);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < tokens; t++) {
      for (let p = 0; p < size; p++) {
        const channel = Math.floor(p / c.patch ** 2);
        const row = Math.floor(t / across) * c.patch + (Math.floor(p / c.patch) % c.patch);
        const col = (t % across) * c.patch + (p % c.patch);
        pixels[((b * 3 + channel) * c.image + row) * c.image + col] = defined(data[(b * tokens + t) * size + p]);
      }
    }
  }
  return pixels;
}
