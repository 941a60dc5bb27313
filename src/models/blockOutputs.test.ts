import { expect, test } from 'vitest';
import { everyConfig } from '../testing/everyFamily';
import { blockOutputs } from './blockOutputs';
import { parseModel } from './index';
import { traceModel } from './trace';

test.each(Object.entries(everyConfig))('%s: every block that is adapted has the end of its attention and of its MLP', (_, config) => {
  const model = parseModel(config);
  const { linears, blocks } = traceModel(model);
  const found = linears.flatMap(({ name }) => model.outputOf!(name) ?? []);
  expect(found).toEqual(blocks[model.language ? 'text' : 'image'].flatMap((_width, block) => [{ block, part: 'attention' }, { block, part: 'mlp' }]));
});

test('a tower of texts beside one of images has none', () => {
  const model = parseModel(everyConfig['CLIP, a classifier']).whole!();
  const { linears } = traceModel(model);
  expect(linears.filter(({ tower }) => tower === 'text').flatMap(({ name }) => model.outputOf!(name) ?? [])).toEqual([]);
});

test('other layers have none, whatever they begin or end with', () => {
  const outputOf = blockOutputs('a.layer', { mlp: 'mlp.down' });
  expect(outputOf('a.layer.12.mlp.down')).toEqual({ block: 12, part: 'mlp' });
  for (const name of ['a.layer.1.mlp.down.more', 'a.layer.1.mlp.up', 'a.layers.1.mlp.down', 'b.a.layer.1.mlp.down', 'a.layer', 'head']) expect(outputOf(name)).toBeNull();
});
