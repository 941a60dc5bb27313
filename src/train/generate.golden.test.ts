import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { loadAdapter } from '../adapters/files';
import { FROZEN } from '../adapters/fields';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { openGoldenText, openGoldenVariant } from '../testing/goldenTexts';
import { searchBeams } from './beams';
import { choose } from './choose';
import { Generator } from './generate';

interface Golden {
  prompts: number[][];
  greedy: number[][];
  greedy_with_eos: { eos_token_id: number; sequences: number[][] };
  beams: { prompt: number[]; max_new_tokens: number; num_beams: number; num_return_sequences: number; length_penalty?: number; no_repeat_ngram_size?: number; eos_token_id?: number; sequences: number[][]; scores: number[] }[];
}

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

async function all(tokens: AsyncGenerator<number>): Promise<number[]> {
  const found: number[] = [];
  for await (const token of tokens) found.push(token);
  return found;
}

describe.each(['gpt2_dev', 'qwen2_dev', 'phi3_dev', 'llama_dev'])('%s', (name) => {
  describeGolden(`${name} goes on`, `text/models/${name}/generate.json`, () => {
    test('greedily, up to an end of text, and by beams, as the reference does', async () => {
      const [want, steps, model] = [goldenJson<Golden>(`text/models/${name}/generate.json`), await golden(`text/models/${name}/generate.safetensors`), await openGoldenText(name)];
      const adapted = new Adapted(textModel(model.net).with({ tokens: 32 }), FROZEN);
      const [, count, V] = steps.info('step_logits').shape as [number, number, number];
      const logits = await steps.readF32('step_logits');
      const rows = Math.max(...want.beams.map(({ num_beams }) => num_beams));
      const one = await Generator.open(device, { adapted, source: model.source, values: {} });
      for (const [i, prompt] of want.prompts.entries()) {
        expect(await all(one.generate(prompt, { max_new_tokens: count }))).toEqual(want.greedy[i]);
        await one.begin(prompt, 1);
        const [first] = await one.next([prompt]);
        expect(Math.max(...first!.map((v, t) => Math.abs(v - defined(logits[i * count * V + t]))))).toBeLessThan(5e-5);
        const { eos_token_id: eos, sequences } = want.greedy_with_eos;
        const end = defined(sequences[i]).indexOf(eos);
        expect(await all(one.generate(prompt, { max_new_tokens: count, eos: [eos] }))).toEqual(end < 0 ? sequences[i] : defined(sequences[i]).slice(0, end + 1));
      }
      one.destroy();
      for (const { prompt, sequences, scores, eos_token_id, ...how } of want.beams) {
        const generator = await Generator.open(device, { adapted, source: model.source, values: {}, rows: Math.min(rows, how.num_beams) });
        const found = await searchBeams(generator, prompt, { ...how, eos: eos_token_id === undefined ? [] : [eos_token_id] });
        generator.destroy();
        const ends = (tokens: number[]) => (eos_token_id !== undefined && tokens.includes(eos_token_id) ? tokens.slice(0, tokens.indexOf(eos_token_id) + 1) : tokens);
        expect(found.map(({ tokens }) => tokens)).toEqual(sequences.map(ends));
        found.forEach(({ score }, i) => expect(score).toBeCloseTo(defined(scores[i]), 4));
      }
    });
  });

  describe.each(goldenNames(`text/adapters/${name}`))('with %s', (method) => {
    test('greedily, as the reference does', async () => {
      const folder = `text/adapters/${name}/${method}`;
      const [io, model] = [await golden(`${folder}/io.safetensors`), await openGoldenText(name)];
      const { adapted, values } = await loadAdapter(await folderTree(goldenPath(folder)!), textModel(model.net).with({ tokens: 24 }), model.source);
      const generator = await Generator.open(device, { adapted, source: model.source, values });
      const [prompt, greedy] = [[...(await io.readF32('prompt'))], [...(await io.readF32('greedy'))]];
      expect(await all(generator.generate(prompt, { max_new_tokens: greedy.length }))).toEqual(greedy);
      generator.destroy();
    });
  });
});

describeGolden('longrope goes on', 'text/models/phi3_dev/variants.safetensors', () => {
  test('with the positions of each text\'s own length: one that outgrows the short ones is read again, of one row, and of two that change places', async () => {
    const [variants, model] = [await golden('text/models/phi3_dev/variants.safetensors'), await openGoldenVariant('phi3_dev', 'longrope')];
    const [rows, all] = variants.info('input_ids').shape as [number, number];
    const [, original, V] = variants.info('longrope.short_logits').shape as [number, number, number];
    const ids = await variants.readF32('input_ids');
    const [short, long] = [await variants.readF32('longrope.short_logits'), await variants.readF32('longrope.long_logits')];
    const text = (row: number, length: number) => Array.from(ids.subarray(row * all, row * all + length));
    /** Of the logits behind so many tokens of a row. */
    const error = (got: Float32Array, row: number, length: number) => {
      const [want, at] = length <= original ? [short, row * original + length - 1] : [long, row * all + length - 1];
      return Math.max(...got.map((v, t) => Math.abs(v - defined(want[at * V + t]))));
    };
    const adapted = new Adapted(textModel(model.net).with({ tokens: all + 8 }), FROZEN);
    const one = await Generator.open(device, { adapted, source: model.source, values: {} });
    // The last begins beyond them, the others before, and after a long text comes a short one again.
    for (const [row, from] of [[0, 4], [1, 1], [0, original], [1, original + 2], [0, 2]] as const) {
      await one.begin(text(row, from), all - from);
      for (let length = from; length <= all; length++) expect(error(defined((await one.next([text(row, length)]))[0]), row, length), `row ${row} from ${from}, ${length} tokens`).toBeLessThan(5e-5);
    }
    one.destroy();
    expect(rows).toBe(2);
    const two = await Generator.open(device, { adapted, source: model.source, values: {}, rows });
    await two.begin(text(0, 1), all);
    for (let length = 1; length <= all; length++) {
      const order = length % 2 ? [0, 1] : [1, 0];
      const got = await two.next(order.map((row) => text(row, length)), { from: length === 1 ? [0, 1] : [1, 0] });
      order.forEach((row, i) => expect(error(defined(got[i]), row, length), `row ${row}, ${length} tokens`).toBeLessThan(5e-5));
    }
    two.destroy();
  });
});

describe('tokens that are drawn', () => {
  const logits = Float32Array.from([1, 3, 2, -4, 0]);
  const shares = (how: object) => {
    const counts = new Float64Array(5);
    for (let place = 0; place < 20_000; place++) {
      const token = choose(logits, { temperature: 1, seed: 7, ...how }, place);
      counts[token] = defined(counts[token]) + 1 / 20_000;
    }
    return counts;
  };
  const softmax = (tokens: number[], temperature = 1) => {
    const total = tokens.reduce((sum, t) => sum + Math.exp(defined(logits[t]) / temperature), 0);
    return Array.from(logits, (v, t) => (tokens.includes(t) ? Math.exp(v / temperature) / total : 0));
  };
  test.each([
    ['all of them', {}, softmax([0, 1, 2, 3, 4])],
    ['at another temperature', { temperature: 2 }, softmax([0, 1, 2, 3, 4], 2)],
    ['of the two likeliest', { top_k: 2 }, softmax([1, 2])],
    // The two likeliest have 0.64 and 0.24 of it.
    ['of those that reach a share', { top_p: 0.7 }, softmax([1, 2])],
    ['of the likeliest alone', { top_p: 0.1 }, softmax([1])],
  ])('%s', (_, how, want) => {
    const got = shares(how);
    want.forEach((share, t) => expect(Math.abs(defined(got[t]) - share)).toBeLessThan(0.015));
  });
  test('the same seed and place draw the same, and no temperature takes the likeliest', () => {
    expect(choose(logits, { temperature: 1, seed: 3 }, 5)).toBe(choose(logits, { temperature: 1, seed: 3 }, 5));
    expect(choose(logits, {}, 0)).toBe(1);
  });
});
