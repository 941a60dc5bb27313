import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { targets } from './targets';

const vit = [0, 1, 2].flatMap((n) =>
  ['attention.attention.query', 'attention.attention.key', 'attention.attention.value', 'attention.output.dense', 'intermediate.dense', 'output.dense'].map((s) => `vit.encoder.layer.${n}.${s}`),
);
const modules = [
  { name: 'vit.embeddings.patch_embeddings.projection', kind: 'conv2d' },
  ...vit.map((name) => ({ name, kind: 'linear' })),
  { name: 'classifier', kind: 'linear' },
];
const ends = (...suffixes: string[]) => vit.filter((n) => suffixes.some((s) => n.endsWith(s)));

describe('targets', () => {
  test.each([
    ['suffixes', { target_modules: ['query', 'value'] }, ends('query', 'value')],
    ['output.dense hits both', { target_modules: ['output.dense'] }, ends('output.dense')],
    ['no suffix without its dot', { target_modules: ['put.dense', 'key'] }, ends('.key')],
    ['a pattern for the whole name', { target_modules: '.*(?<!attention\\.)output\\.dense' }, vit.filter((n) => /\d\.output/.test(n))],
    ['exclusion by list', { target_modules: ['output.dense'], exclude_modules: ['attention.output.dense'] }, vit.filter((n) => /\d\.output/.test(n))],
    ['exclusion by pattern', { target_modules: ['query'], exclude_modules: '.*\\.[12]\\..*' }, [defined(vit[0])]],
    ['all-linear spares the head', { target_modules: 'all-linear', head: ['classifier'] }, vit],
    ['saved modules are not adapted', { target_modules: ['query', 'classifier'], modules_to_save: ['classifier'] }, ends('query')],
    ['each of the saved modules', { target_modules: ['query', 'value', 'classifier'], modules_to_save: ['value', 'classifier'] }, ends('query')],
    ['layers', { target_modules: ['query'], layers_to_transform: [0, 2] }, [vit[0], vit[12]]],
    ['layers by pattern', { target_modules: ['query'], layers_to_transform: 1, layers_pattern: 'layer' }, [vit[6]]],
    ['layers of a default pattern', { target_modules: '.*query', byDefault: true, layers_to_transform: [0, 2] }, [vit[0], vit[12]]],
    ['an empty pattern of layers is none', { target_modules: ['query'], layers_to_transform: 1, layers_pattern: '' }, [vit[6]]],
    ['nor are empty ones in a list', { target_modules: ['query'], layers_to_transform: 1, layers_pattern: ['', 'layer'] }, [vit[6]]],
    ['an empty pattern without layers', { target_modules: ['query'], layers_pattern: [''] }, ends('query')],
    ['a whole name minds no layer', { target_modules: [defined(vit[0]), 'key'], layers_to_transform: 1 }, [vit[0], vit[7]]],
  ])('%s', (_, rules, want) => expect(targets(modules, rules)).toEqual(want));

  test.each([
    ['a list of what is not there', { target_modules: ['q_proj', 'k_proj'] }, /target_modules "q_proj, k_proj" matches no layer/],
    ['a pattern of what is not there', { target_modules: '.*q_proj' }, /target_modules "\.\*q_proj" matches no layer/],
    ['nothing matches', { target_modules: ['q_proj'], head: ['classifier'] }, /"q_proj" matches no layer of this model; it has attention.attention.query, .*output.dense\.$/],
    ['the head alone', { target_modules: ['classifier'], modules_to_save: ['classifier'], head: ['classifier'] }, /matches only the classifier "classifier", which is trained whole anyway/],
    ['not linear', { target_modules: ['projection'] }, /"vit.embeddings.patch_embeddings.projection", which is conv2d/],
    ['layers with a pattern', { target_modules: '.*query', layers_to_transform: 1 }, /works with a list/],
    ['pattern of layers alone', { target_modules: ['query'], layers_pattern: 'layer' }, /without layers_to_transform/],
    ['wrong pattern of layers', { target_modules: ['query'], layers_pattern: 'block', layers_to_transform: 1 }, /matches no layer/],
  ])('%s is refused', (_, rules, message) => expect(() => targets(modules, rules)).toThrow(message));
});

test('of several numbers in a name the last one is the layer, however many digits it has', () => {
  const deep = ['m.stages.1.blocks.12.query', 'm.stages.12.blocks.1.query', 'm.stages.2.blocks.1.query', 'blocks.12.query', 'm.query.12'].map((name) => ({ name, kind: 'linear' }));
  const found = (layer: number, pattern?: string) => targets(deep, { target_modules: ['query'], layers_to_transform: layer, ...(pattern && { layers_pattern: pattern }) });
  expect(found(12)).toEqual(['m.stages.1.blocks.12.query']);
  expect(found(1)).toEqual(['m.stages.12.blocks.1.query', 'm.stages.2.blocks.1.query']);
  expect(found(12, 'stages')).toEqual(['m.stages.12.blocks.1.query']);
});

test('of many names twenty are shown', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `model.layers.${10 * i}.part${i}.linear`, kind: 'linear' }));
  const all = (n: number) => Array.from({ length: n }, (_, i) => `part${i}.linear`).join(', ');
  expect(() => targets(many(20), { target_modules: ['q'] })).toThrow(`it has ${all(20)}.`);
  expect(() => targets(many(21), { target_modules: ['q'] })).toThrow(`it has ${all(20)}, ….`);
});
