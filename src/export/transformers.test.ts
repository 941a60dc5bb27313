import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { adapterCard } from './adapterCard';
import { modelCard } from './modelCard';

const sizes = { hidden_size: 12, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 20, image_size: 8, patch_size: 4, num_labels: 3 };
const dino = { ...sizes, mlp_ratio: 2 };
const clip = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: sizes, num_labels: 3 });
const models: Record<string, Model> = {
  ViT: parseModel({ model_type: 'vit', ...sizes }),
  DeiT: parseModel({ model_type: 'deit', ...sizes }),
  DINOv2: parseModel({ model_type: 'dinov2', ...dino }),
  registers: parseModel({ model_type: 'dinov2_with_registers', ...dino }),
  CLIP: clip,
  texts: withTextHead(clip, 3),
};

/** Cards of a model, at its own size or another. */
const cards = (model: Model, image_size: number) => {
  const adapted = new Adapted(model.with({ image_size }), { method: 'lora', r: 1 });
  return [adapterCard(adapted, 'org/base', 4, {}, { className: 'AClass', own_size: 8 }), modelCard(adapted, 'org/base', 8)];
};

describe('cards say what a family needs of transformers', () => {
  test.each([
    ['ViT', true, null],
    ['DeiT', true, null],
    ['DINOv2', false, null],
    ['registers', false, '4.48'],
    ['CLIP', true, '5.0'],
    ['texts', true, '4.46'],
  ] as const)('%s at another image size', (name, option, since) => {
    for (const card of cards(defined(models[name]), 16)) {
      expect(card.includes('interpolate_pos_encoding=True')).toBe(option);
      expect(/transformers (\S+) or newer/.exec(card)?.[1] ?? null).toBe(since);
    }
  });

  test.each(Object.keys(models))('%s at its own size', (name) => {
    for (const card of cards(defined(models[name]), 8)) {
      expect(card).not.toContain('interpolate_pos_encoding');
      expect(/transformers (\S+) or newer/.exec(card)?.[1] ?? null).toBe(name === 'registers' ? '4.48' : null);
    }
  });

  test('a model without a head goes by the class that its family says', () => {
    const card = (model: Model) => modelCard(new Adapted(model, { method: 'lora', r: 1 }), 'org/base', 8);
    expect(card(models.texts!)).toContain('model = CLIPModel.from_pretrained(".")');
    const other = card({ ...models.texts!, architecture: 'OtherModel' });
    expect(other).toContain('import AutoImageProcessor, OtherModel\n');
    expect(other).toContain('model = OtherModel.from_pretrained(".")');
    expect(other).not.toContain('CLIPModel');
  });

  test.each([
    ['ViT', 'the names of transformers before 5.9'],
    ['DeiT', 'the names of transformers before 5.9'],
    ['DINOv2', null],
    ['CLIP', null],
  ] as const)('whose names the layers of %s go by', (name, text) => {
    const [card] = cards(defined(models[name]), 8);
    if (text) expect(card).toContain(text);
    else expect(card).not.toContain('Layers go by the names');
  });
});

test('a base model that is on no hub is said to be a folder, and a Hub id needs no word', () => {
  const adapted = new Adapted(models.ViT!, { method: 'lora', r: 1 });
  const card = (base: string) => adapterCard(adapted, base, 4, {}, { className: 'AClass', own_size: 8 });
  expect(card('vit-nano')).toContain('put the path of its folder here');
  expect(card('vit-nano')).toContain('keep its folder with this one');
  expect(card('org/base')).not.toMatch(/not on the Hub/);
});
