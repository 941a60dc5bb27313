import { describe, expect, test } from 'vitest';
import { parseModel } from '../../models';
import { Adapted } from '../adapted';
import { ConfigError } from '../fields';
import { generationOf, nameIn, targetsOf, versionsOf } from './generations';
import { withTextHead } from '../../models/byText';

const size = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20, image_size: 8, patch_size: 4, num_labels: 3 };
const vit = parseModel({ model_type: 'vit', ...size });
const dinov2 = parseModel({ model_type: 'dinov2', ...size });
const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 2, num_attention_heads: 2 };
const clip = withTextHead(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 8, vocab_size: 20 } }), 3);
const query = 'vit.encoder.layer.0.attention.attention.query';

describe('names of layers', () => {
  test('are those of transformers 5 where that has others and they are asked for', () => {
    expect([nameIn(4, vit, query), nameIn(5, vit, query)]).toEqual([query, 'vit.layers.0.attention.q_proj']);
    expect(nameIn(5, dinov2, query)).toBe(query);
  });

  test('go by the version, which is one', () => {
    expect(['4', '4.45.12', '5.8', '5.9', '5.10.21', '5.100', '5'].map((version) => generationOf(version, vit))).toEqual([4, 4, 4, 5, 5, 5, 5]);
    for (const wrong of ['15.9', '5.9.', '5.9.1.2', '5.1234', '6', 'v5', '']) expect(() => generationOf(wrong, vit), wrong).toThrow(ConfigError);
    expect([versionsOf(4, vit), versionsOf(5, vit), versionsOf(5, dinov2)]).toEqual(['transformers before 5.9', 'transformers 5.9 and newer', null]);
  });
});

describe('targets', () => {
  const of = (model: typeof vit, target_modules: string | string[], more: object = {}) => new Adapted(model, { method: 'lora', r: 1, target_modules, ...more });

  test('are one expression for both, of the ends behind the number of a block', () => {
    for (const generation of [4, 5] as const) {
      expect(targetsOf(of(vit, ['query', 'output.dense']), generation)).toBe('.*\\.\\d+\\.(attention\\.attention\\.query|attention\\.output\\.dense|output\\.dense|attention\\.q_proj|attention\\.o_proj|mlp\\.fc2)');
      expect(targetsOf(of(dinov2, ['query']), generation)).toBe('.*\\.\\d+\\.(attention\\.attention\\.query)');
    }
  });

  test('of one tower are of that alone', () => {
    const pattern = targetsOf(of(clip, ['q_proj']), 4);
    expect(pattern).toBe(`${clip.part}\\..*\\.\\d+\\.(self_attn\\.q_proj)`);
  });

  test('have the numbers of blocks with as many digits as they have', () => {
    const twelve = parseModel({ model_type: 'vit', ...size, num_hidden_layers: 12 });
    expect(targetsOf(of(twelve, ['query']), 4)).toBe('.*\\.\\d+\\.(attention\\.attention\\.query|attention\\.q_proj)');
  });

  test('are the layers by name where there are more than twenty ends, or where one would be another\'s in transformers 5', () => {
    const layers = (names: string[]) => names.map((name) => ({ name, in: 1, out: 1 }));
    const adapted = (wanted: string[], all: string[], in5: Record<string, string> = {}) => ({ layers: layers(wanted), model: { renamed: '5.9', names: { v5: (name: string) => in5[name] ?? name } }, trace: { linears: layers(all) } }) as never;
    const many = (n: number) => Array.from({ length: n }, (_, i) => `block.0.n${i}`);
    expect([targetsOf(adapted(many(20), many(20)), 4), targetsOf(adapted(many(21), many(21)), 4)]).toEqual([expect.stringMatching(/^\.\*/), many(21)]);
    // What is x in 4 is y in 5, and another is y in 4.
    const in5 = { 'b.0.x': 'b.0.y', 'b.0.y': 'b.0.z' };
    expect(targetsOf(adapted(['b.0.x'], ['b.0.x', 'b.0.y'], in5), 4)).toEqual(['b.0.x']);
    expect(targetsOf(adapted(['b.0.x'], ['b.0.x', 'b.0.w'], in5), 4)).toBe('.*\\.\\d+\\.(x|y)');
  });

  test('are the layers by name where not all blocks have them', () => {
    const one = of(vit, ['query'], { layers_to_transform: [0] });
    expect([targetsOf(one, 4), targetsOf(one, 5)]).toEqual([[query], ['vit.layers.0.attention.q_proj']]);
  });
});
