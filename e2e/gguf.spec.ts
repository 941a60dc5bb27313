import { expect, test } from './fixtures';

test.use({ site: 'engine' });

const prompts = ['the tea was in', 'and 12 on', 'a'];

/** Tokens that this engine adds to prompts, and those that llama.cpp adds by the files that are exported. */
async function inPage({ family, prompts }: { family: string; prompts: string[] }) {
  const MORE = 8;
  const { mustOpen } = await load<typeof import('../src/testing/checkOp')>('/src/testing/checkOp.ts');
  const { spokenDecoder } = await load<typeof import('../src/testing/spokenDecoder')>('/src/testing/spokenDecoder.ts');
  const { deployGguf } = await load<typeof import('../src/train/deploy')>('/src/train/deploy.ts');
  const { blobOf } = await load<typeof import('../src/train/exportRun')>('/src/train/exportRun.ts');
  const { Generator } = await load<typeof import('../src/train/generate')>('/src/train/generate.ts');
  const { Adapted } = await load<typeof import('../src/adapters/adapted')>('/src/adapters/adapted.ts');
  const { FROZEN } = await load<typeof import('../src/adapters/fields')>('/src/adapters/fields.ts');
  const { textModel } = await load<typeof import('../src/models/text')>('/src/models/text.ts');
  const { Wllama } = await load<typeof import('@wllama/wllama')>('/node_modules/@wllama/wllama/esm/index.js');

  const model = await spokenDecoder(family);
  const tokenizer = await model.texts!();
  const read = prompts.map((prompt) => tokenizer.encode(prompt).ids);
  const device = await mustOpen(navigator.gpu);
  const generator = await Generator.open(device, { adapted: new Adapted(textModel(model.net).with({ tokens: 24 }), FROZEN), source: model.source, values: {} });
  const here: number[][] = [];
  for (const ids of read) {
    const tokens: number[] = [];
    for await (const token of generator.generate(ids, { max_new_tokens: MORE })) tokens.push(token);
    here.push(tokens);
  }
  generator.destroy();
  device.destroy();

  const by = async (dtype: 'f16' | 'q8_0') => {
    const wllama = new Wllama({ default: '/node_modules/@wllama/wllama/esm/wasm/wllama.wasm' }, { suppressNativeLog: true });
    await wllama.loadModel([await blobOf((await deployGguf(model, dtype)).parts)], { n_ctx: 64, n_gpu_layers: 0, n_threads: 1 });
    const answers: { tokens: number[]; read: number }[] = [];
    for (const prompt of prompts) {
      const { choices, usage } = await wllama.createCompletion({ prompt, max_tokens: MORE, temperature: 0, logprobs: 1 });
      // Its types know OpenAI's fields alone, which have no numbers of tokens.
      const [{ logprobs }] = choices as unknown as [{ logprobs: { content: { id: number }[] } }];
      answers.push({ tokens: logprobs.content.map(({ id }) => id), read: usage.prompt_tokens });
    }
    await wllama.exit();
    return answers;
  };
  return { here, read: read.map(({ length }) => length), exact: await by('f16'), eight: await by('q8_0') };
}

for (const family of ['GPT-2', 'Llama', 'Qwen2', 'Phi-3']) {
  test(`llama.cpp goes on with texts by an exported ${family} as this engine does`, async ({ page }) => {
    await page.goto('/e2e/engine.html');
    const { here, read, exact, eight } = await page.evaluate(inPage, { family, prompts });
    expect(exact).toEqual(here.map((tokens, i) => ({ tokens, read: read[i] })));
    // Weights in 8 bits are others, by which the first token is the same.
    expect(eight.map(({ tokens }) => tokens[0])).toEqual(here.map(([first]) => first));
  });
}
