import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryTree } from '../../io/fileTree';
import { folderTree } from '../../io/fileTree.node';
import { FormatError } from '../../io/formatError';
import { parseAdapterConfig, readConfig } from './config';
import { configText } from './writeConfig';

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parse = (value: unknown) => parseAdapterConfig(encode(value));
const small = { peft_type: 'LORA', target_modules: ['query', 'value'] };

describe('reading a config', () => {
  test("fills in PEFT's defaults", () => {
    expect(parse(small).config).toMatchObject({ r: 8, lora_alpha: 8, lora_dropout: 0, use_dora: false, modules_to_save: null });
    expect(parse({ ...small, peft_type: 'VERA' }).config).toMatchObject({ r: 256, d_initial: 0.1, projection_prng_key: 0, save_projection: true });
    expect(parse({ ...small, peft_type: 'RANDLORA' }).config).toMatchObject({ r: 32, randlora_alpha: 640, sparse: false });
  });

  test('tells methods of one type, and unknown fields', () => {
    expect(parse(small).method.fields.method).toBe('lora');
    expect(parse({ ...small, use_dora: true }).method.fields.method).toBe('dora');
    expect(parse({ ...small, eva_config: null, of_the_future: 1 }).ignored).toEqual(['of_the_future']);
  });

  test.each([
    [{ ...small, peft_type: 'VERA', rank_pattern: { query: 4 } }, /sets rank_pattern to "{\\"query\\":4}", which gives some layers another rank/],
    [{ ...small, rank_pattern: { query: 0 } }, /"rank_pattern\.query"/],
    [{ ...small, alpha_pattern: { query: 'x' } }, /"alpha_pattern\.query"/],
    [{ ...small, bias: 'all' }, /bias to/],
    [{ ...small, lora_bias: true }, /lora_bias/],
    [{ ...small, layer_replication: [[0, 4]] }, /layer_replication/],
    [{ ...small, megatron_config: { a: 1 } }, /megatron_config/],
    [{ ...small, init_lora_weights: 'pissa_niter_4' }, /init_lora_weights/],
    [{ ...small, init_lora_weights: 'olora' }, /init_lora_weights/],
    [{ ...small, target_modules: null }, /names no target_modules/],
    [{ ...small, target_modules: '(a' }, /"\(" is not closed/],
    [{ ...small, r: 0 }, /"r"/],
    [{ ...small, r: 1e9 }, /"r"/],
    [{ ...small, lora_dropout: 1 }, /"lora_dropout"/],
    [{ ...small, modules_to_save: [1] }, /"modules_to_save.0"/],
    [{ peft_type: 'XLORA' }, /of type "XLORA"; RANDLORA,? .*LORA \(LoRA, DoRA, PiSSA\).* can be read/],
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

  test('a folder without one says so', () => expect(readConfig(memoryTree('m', {}))).rejects.toThrow('"m" has no adapter_config.json'));
});

describe('writing a config', () => {
  test('keys sorted, indent 2, and it reads back as it was', () => {
    for (const peft_type of ['LORA', 'VERA', 'RANDLORA']) {
      const { codec, config } = parse({ ...small, peft_type, r: 6, modules_to_save: ['classifier'] });
      const text = configText(codec, config);
      const keys = Object.keys(JSON.parse(text) as object);
      expect(keys).toEqual([...keys].sort());
      expect(text.startsWith('{\n  "')).toBe(true);
      expect(parseAdapterConfig(new TextEncoder().encode(text))).toMatchObject({ config, ignored: [] });
    }
  });

});

const shared = await folderTree('../shared/reference/adapters').catch(() => null);
if (!shared) console.warn('skipped: ../shared/reference is not here, no config that PEFT wrote is read');
describe.skipIf(!shared)('configs that PEFT wrote', () => {
  const paths = shared?.paths().filter((p) => p.endsWith('adapter_config.json')) ?? [];
  test.each(paths)('%s reads, and writes the same fields and values', async (path) => {
    const bytes = await shared!.read(path);
    const { codec, config, ignored } = parseAdapterConfig(bytes);
    expect(ignored).toEqual([]);
    const { exclude_modules, ...rest } = config;
    const text = configText(codec, codec.excludes ? config : rest);
    // Python writes 0.0 where JavaScript writes 0.
    expect(text).toBe(new TextDecoder().decode(bytes).replaceAll(': 0.0,', ': 0,').replaceAll(': 0.0\n', ': 0\n'));
  });
});
