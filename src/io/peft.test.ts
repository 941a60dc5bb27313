import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderTree } from './fileTree.node';
import { FormatError } from './formatError';
import { parseAdapterConfig, type PeftConfig, readAdapterConfig, scaling, targets } from './peft';
import { writeAdapterConfig } from './peftWrite';
import { memoryTree } from './fileTree';

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parse = (value: unknown) => parseAdapterConfig(encode(value));
const small = { peft_type: 'LORA', target_modules: ['query', 'value'] };

describe('reading a config', () => {
  test("fills in PEFT's defaults", () => {
    expect(parse(small).config).toMatchObject({ r: 8, lora_alpha: 8, lora_dropout: 0, use_dora: false, modules_to_save: null });
    expect(parse({ ...small, peft_type: 'VERA' }).config).toMatchObject({ r: 256, d_initial: 0.1, projection_prng_key: 0, save_projection: true });
    expect(parse({ ...small, peft_type: 'RANDLORA' }).config).toMatchObject({ r: 32, randlora_alpha: 640, sparse: false });
  });

  test('tells scalings and unknown fields', () => {
    expect(scaling(parse({ ...small, r: 4, lora_alpha: 8 }).config)).toBe(2);
    expect(scaling(parse({ ...small, r: 4, lora_alpha: 8, use_rslora: true }).config)).toBe(4);
    expect(scaling(parse({ ...small, peft_type: 'RANDLORA' }).config)).toBe(20);
    expect(parse({ ...small, eva_config: null, of_the_future: 1 }).ignored).toEqual(['of_the_future']);
  });

  test.each([
    [{ ...small, peft_type: 'VERA', rank_pattern: { query: 4 } }, /sets rank_pattern to "{\\"query\\":4}", which gives some layers another rank/],
    [{ ...small, rank_pattern: { query: 0 } }, /"rank_pattern\.query"/],
    [{ ...small, alpha_pattern: { query: 'x' } }, /"alpha_pattern\.query"/],
    [{ ...small, bias: 'all' }, /bias to/],
    [{ ...small, fan_in_fan_out: true }, /fan_in_fan_out/],
    [{ ...small, lora_bias: true }, /lora_bias/],
    [{ ...small, layer_replication: [[0, 4]] }, /layer_replication/],
    [{ ...small, megatron_config: { a: 1 } }, /megatron_config/],
    [{ ...small, init_lora_weights: 'pissa' }, /init_lora_weights/],
    [{ ...small, target_modules: null }, /names no target_modules/],
    [{ ...small, target_modules: '(a' }, /"\(" is not closed/],
    [{ ...small, r: 0 }, /"r"/],
    [{ ...small, r: 1e9 }, /"r"/],
    [{ ...small, lora_dropout: 1 }, /"lora_dropout"/],
    [{ ...small, modules_to_save: [1] }, /"modules_to_save.0"/],
    [{ peft_type: 'LOHA' }, /of type "LOHA"; LORA/],
    [{ peft_type: 'toString' }, /of type "toString"/],
    [{ target_modules: ['a'] }, /"peft_type"/],
    [[], /adapter_config.json/],
  ])('%j is refused', (json, message) => {
    expect(() => parse(json)).toThrow(FormatError);
    expect(() => parse(json)).toThrow(message);
  });

  test('any JSON is a FormatError or a config', () => {
    const value = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('r', 'target_modules', 'bias', 'lora_alpha', 'modules_to_save'), fc.jsonValue()).map((o) => ({ ...small, ...o })));
    fc.assert(
      fc.property(value, (json) => {
        try {
          parse(json);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
    expect(() => parseAdapterConfig(new TextEncoder().encode('{'))).toThrow('not valid JSON');
    expect(() => parseAdapterConfig(new Uint8Array(3e6))).toThrow('at most');
  });

  test('a folder without one says so', () => expect(readAdapterConfig(memoryTree('m', {}))).rejects.toThrow('"m" has no adapter_config.json'));
});

describe('writing a config', () => {
  test('keys sorted, indent 2, and it reads back as it was', () => {
    for (const peft_type of ['LORA', 'VERA', 'RANDLORA']) {
      const { config } = parse({ ...small, peft_type, r: 6, modules_to_save: ['classifier'] });
      const text = writeAdapterConfig(config);
      const keys = Object.keys(JSON.parse(text) as object);
      expect(keys).toEqual([...keys].sort());
      expect(text.startsWith('{\n  "')).toBe(true);
      expect(parseAdapterConfig(new TextEncoder().encode(text))).toEqual({ config, ignored: [] });
    }
  });

  test('exclude_modules is written for LoRA only', () => {
    const exclude = { ...small, exclude_modules: ['x'] };
    expect(writeAdapterConfig(parse(exclude).config)).toContain('"exclude_modules"');
    expect(() => writeAdapterConfig(parse({ ...exclude, peft_type: 'VERA' }).config)).toThrow('VERA has no exclude_modules');
    expect(writeAdapterConfig(parse({ ...small, peft_type: 'VERA' }).config)).not.toContain('exclude_modules');
  });
});

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
    ['exclusion by pattern', { target_modules: ['query'], exclude_modules: '.*\\.[12]\\..*' }, [vit[0]]],
    ['all-linear spares the head', { target_modules: 'all-linear', head: ['classifier'] }, vit],
    ['saved modules are not adapted', { target_modules: ['query', 'classifier'], modules_to_save: ['classifier'] }, ends('query')],
    ['layers', { target_modules: ['query'], layers_to_transform: [0, 2] }, [vit[0], vit[12]]],
    ['layers by pattern', { target_modules: ['query'], layers_to_transform: 1, layers_pattern: 'layer' }, [vit[6]]],
    ['layers of a default pattern', { target_modules: '.*query', byDefault: true, layers_to_transform: [0, 2] }, [vit[0], vit[12]]],
    ['a whole name minds no layer', { target_modules: [vit[0], 'key'], layers_to_transform: 1 }, [vit[0], vit[7]]],
  ])('%s', (_, rules, want) => expect(targets(modules, rules)).toEqual(want));

  test.each([
    ['nothing matches', { target_modules: ['q_proj'], head: ['classifier'] }, /"q_proj" matches no layer of this model; it has attention.attention.query, .*output.dense\.$/],
    ['the head alone', { target_modules: ['classifier'], modules_to_save: ['classifier'], head: ['classifier'] }, /matches only the classifier "classifier", which is trained whole anyway/],
    ['not linear', { target_modules: ['projection'] }, /"vit.embeddings.patch_embeddings.projection", which is conv2d/],
    ['layers with a pattern', { target_modules: '.*query', layers_to_transform: 1 }, /works with a list/],
    ['pattern of layers alone', { target_modules: ['query'], layers_pattern: 'layer' }, /without layers_to_transform/],
    ['wrong pattern of layers', { target_modules: ['query'], layers_pattern: 'block', layers_to_transform: 1 }, /matches no layer/],
  ])('%s is refused', (_, rules, message) => expect(() => targets(modules, rules)).toThrow(message));
});

const shared = await folderTree('../shared/reference/adapters').catch(() => null);
if (!shared) console.warn('skipped: ../shared/reference is not here, no config that PEFT wrote is read');
describe.skipIf(!shared)('configs that PEFT wrote', () => {
  const paths = shared?.paths().filter((p) => p.endsWith('adapter_config.json')) ?? [];
  test.each(paths)('%s reads, and writes the same fields and values', async (path) => {
    const bytes = await shared!.read(path);
    const { config, ignored } = parseAdapterConfig(bytes);
    expect(ignored).toEqual([]);
    const text = writeAdapterConfig(config as PeftConfig);
    // Python writes 0.0 where JavaScript writes 0.
    expect(text).toBe(new TextDecoder().decode(bytes).replaceAll(': 0.0,', ': 0,').replaceAll(': 0.0\n', ': 0\n'));
  });
});
