import { expect, test } from 'vitest';
import { Random } from '../data/random';
import { searchBeams, type BeamSearch } from './beams';

/** A model that says, of any text, logits drawn for that text; it has no place for fewer or more rows than it was opened for. */
function stub(vocabulary: number, rows: number, seed: number) {
  return {
    asked: 0,
    begin: () => Promise.resolve(),
    next(texts: readonly ArrayLike<number>[]): Promise<Float32Array[]> {
      if (texts.length !== rows) throw new Error(`asked for ${texts.length} rows of ${rows}`);
      this.asked++;
      return Promise.resolve(texts.map((text) => logitsOf(Array.from(text), vocabulary, seed)));
    },
  };
}

function logitsOf(text: readonly number[], vocabulary: number, seed: number): Float32Array {
  const random = new Random(seed, ...text);
  return Float32Array.from({ length: vocabulary }, () => random.uniform(-3, 3));
}

interface Text {
  tokens: number[];
  sum: number;
}

/** The same search as transformers 4.45.2 writes it: all continuations are sorted, and max(2, 1 + k) * num_beams of them kept. */
function plainSearch(prompt: number[], vocabulary: number, seed: number, { max_new_tokens, num_beams, length_penalty = 1, eos = [] }: BeamSearch): { tokens: number[]; score: number }[] {
  const keep = Math.max(2, 1 + eos.length) * num_beams;
  let live: Text[] = Array.from({ length: num_beams }, (_, b) => ({ tokens: [], sum: b === 0 ? 0 : -1e9 }));
  let hypotheses: { tokens: number[]; score: number }[] = [];
  const add = ({ tokens, sum }: Text) => {
    hypotheses.push({ tokens, score: sum / tokens.length ** length_penalty });
    hypotheses.sort((a, b) => b.score - a.score);
    hypotheses = hypotheses.slice(0, num_beams);
  };
  for (let length = 1; length <= max_new_tokens; length++) {
    const continued = live.flatMap(({ tokens, sum }) => {
      const logits = logitsOf([...prompt, ...tokens], vocabulary, seed);
      const norm = Math.log(logits.reduce((all, v) => all + Math.exp(v), 0));
      return Array.from(logits, (v, token) => ({ tokens: [...tokens, token], sum: sum + v - norm }));
    });
    const kept = continued.sort((a, b) => b.sum - a.sum).slice(0, keep);
    const isEnd = ({ tokens }: Text) => eos.includes(tokens.at(-1) ?? -1);
    kept.forEach((text, rank) => {
      if (isEnd(text) && rank < num_beams) add(text);
    });
    live = kept.filter((text) => !isEnd(text)).slice(0, num_beams);
    const [best] = kept;
    const worst = hypotheses[num_beams - 1];
    if (live.length === 0 || (best && worst && worst.score >= best.sum / length ** length_penalty)) return hypotheses;
  }
  live.forEach(add);
  return hypotheses;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test.each([
  { what: 'two ends of six tokens, 2 beams', vocabulary: 6, num_beams: 2, eos: [4, 5] },
  { what: 'two ends of six tokens, 3 beams', vocabulary: 6, num_beams: 3, eos: [4, 5] },
  { what: 'three ends', vocabulary: 40, num_beams: 4, eos: [3, 17, 39] },
  { what: 'more ends than the vocabulary holds', vocabulary: 8, num_beams: 3, eos: range(5, 200) },
  { what: 'fewer tokens than candidates kept', vocabulary: 3, num_beams: 5, eos: [2] },
  { what: 'fewer tokens than beams, and no end', vocabulary: 2, num_beams: 5, eos: [] },
  { what: 'all tokens but one are ends', vocabulary: 300, num_beams: 3, eos: range(1, 299) },
  { what: 'an end named twice', vocabulary: 6, num_beams: 3, eos: [5, 5] },
])('$what: the texts that transformers finds', async ({ vocabulary, num_beams, eos }) => {
  for (const length_penalty of [1, 0, 2, -1]) {
    for (let seed = 0; seed < 20; seed++) {
      const how = { max_new_tokens: 6, num_beams, num_return_sequences: num_beams, length_penalty, eos };
      const found = await searchBeams(stub(vocabulary, num_beams, seed), [1, 0], how);
      const want = plainSearch([1, 0], vocabulary, seed, how);
      expect(found.map(({ tokens }) => tokens), `seed ${seed}, penalty ${length_penalty}`).toEqual(want.map(({ tokens }) => tokens));
      for (const [i, { score }] of want.entries()) expect(Math.abs((found[i]?.score ?? NaN) / score - 1)).toBeLessThan(1e-9);
    }
  }
});

test('where every token is an end, texts of one token are all there is', async () => {
  const model = stub(4, 2, 7);
  const found = await searchBeams(model, [0], { max_new_tokens: 5, num_beams: 2, num_return_sequences: 2, eos: [0, 1, 2, 3] });
  const logits = logitsOf([0], 4, 7);
  const best = range(0, 3).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  expect(found.map(({ tokens }) => tokens)).toEqual(best.slice(0, 2).map((token) => [token]));
  expect(model.asked).toBe(1);
});
