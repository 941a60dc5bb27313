import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { saveAdapter } from '../adapters/files';
import { cliFolder } from '../testing/cliFolder';
import { readGguf } from '../testing/ggufReader';
import { openModel } from '../train/openModel';
import { modelTree } from './files';
import { main } from './main';

const { at, out } = cliFolder('gguf');
const read = (...path: string[]) => readGguf([new Uint8Array(readFileSync(at(...path)))]);

test('a model as it is, and with an adapter, as one file each', async () => {
  const merge = ['merge', '--model', 'llama-nano', '--format', 'gguf'];
  expect(await main([...merge, '--out', at('base')]), out.join('\n')).toBe(0);
  expect(out).toContain(`llama-nano written to ${at('base')}/model-f16.gguf`);
  const model = await openModel(await modelTree('llama-nano'));
  const adapted = new Adapted(model.net, { method: 'lora', r: 2 });
  const values = await adapted.initialise(0, (name) => model.source.readF32Checked(name));
  for (const data of Object.values(values)) data.fill(0.1);
  mkdirSync(at('adapter'));
  for (const { path, bytes } of await saveAdapter(adapted, values, { base: { ...model, id: 'llama-nano' } })) writeFileSync(at('adapter', path), bytes);
  expect(await main([...merge, '--adapter', at('adapter'), '--out', at('merged')]), out.join('\n')).toBe(0);
  const [base, merged] = [await read('base', 'model-f16.gguf'), await read('merged', 'model-f16.gguf')];
  expect([base.metadata['general.name'], merged.metadata['general.name']]).toEqual(['llama-nano', 'llama-nano with LoRA']);
  // The bundled weights are of this type.
  expect(base.tensors.get('blk.0.attn_v.weight')).toEqual({ type: 1, shape: [64, 128] });
  const differ = [...base.tensors.keys()].filter((name) => !Buffer.from(base.values(name).buffer).equals(Buffer.from(merged.values(name).buffer)));
  expect(differ).toEqual([0, 1, 2].flatMap((block) => [`blk.${block}.attn_q.weight`, `blk.${block}.attn_v.weight`]));
});

test('a bad request is one sentence, and nothing is written', async () => {
  const refused = async (words: RegExp, ...argv: string[]) => {
    out.length = 0;
    expect(await main(['merge', '--format', 'gguf', '--out', at('no'), ...argv])).not.toBe(0);
    expect(out.join('\n')).toMatch(words);
  };
  await refused(/--dtype is "f32"; it must be one of f16, q8_0/, '--model', 'llama-nano', '--dtype', 'f32');
  await refused(/GGUF is for models that go on with texts and that llama\.cpp runs; this is a bert model/, '--model', 'bert-nano');
  expect(existsSync(at('no'))).toBe(false);
});
