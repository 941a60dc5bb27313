import { expect, test } from 'vitest';
import { Random } from '../data/random';
import { searchBeams, type BeamSearch } from './beams';

/** A model that says, of any text, logits drawn for that text; it has no place for fewer or more rows than it was opened for, and each must go on with the row that it names. */
function stub(vocabulary: number, rows: number, seed: number) {
  return {
    asked: 0,
    signal: undefined as AbortSignal | undefined,
    before: [] as string[],
    begin(prompt: ArrayLike<number>, _: number, signal?: AbortSignal) {
      this.signal = signal;
      this.before = Array.from({ length: rows }, () => Array.from(prompt).slice(0, -1).join());
      return Promise.resolve();
    },
    next(texts: readonly ArrayLike<number>[], { from = [], signal }: { from?: readonly number[]; signal?: AbortSignal } = {}): Promise<Float32Array[]> {
      if (texts.length !== rows) throw new Error(`asked for ${texts.length} rows of ${rows}`);
      if (texts.some((text, row) => Array.from(text).slice(0, -1).join() !== this.before[from[row] ?? NaN])) throw new Error('a row is not that which it is said to go on with');
      if (signal !== this.signal) throw new Error('another signal');
      this.before = texts.map((text) => Array.from(text).join());
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
function plainSearch(prompt: number[], vocabulary: number, seed: number, { max_new_tokens, num_beams, length_penalty = 1, no_repeat_ngram_size: n = 0, eos = [] }: BeamSearch): { tokens: number[]; score: number }[] {
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
      const text = [...prompt, ...tokens];
      const logits = logitsOf(text, vocabulary, seed);
      const grams = new Set(text.map((_, at) => text.slice(at, at + n).join()));
      const repeats = (token: number) => n > 0 && text.length >= n && grams.has([...text.slice(text.length - n + 1), token].join());
      const norm = Math.log(logits.reduce((all, v) => all + Math.exp(v), 0));
      return Array.from(logits, (v, token) => ({ tokens: [...tokens, token], sum: repeats(token) ? -Infinity : sum + v - norm }));
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

test.each([
  { what: 'no token', vocabulary: 12, n: 1 },
  { what: 'no pair', vocabulary: 4, n: 2 },
  { what: 'no three', vocabulary: 3, n: 3 },
  { what: 'nothing, as the text never has so many', vocabulary: 3, n: 10 },
])('$what comes twice, of the prompt and what follows together', async ({ vocabulary, n }) => {
  for (let seed = 0; seed < 20; seed++) {
    const how = { max_new_tokens: 6, num_beams: 2, no_repeat_ngram_size: n };
    const found = await searchBeams(stub(vocabulary, 2, seed), [1, 0, 1], { ...how, signal: new AbortController().signal });
    // The best alone, where no more are asked for.
    expect(found.map(({ tokens }) => tokens), `seed ${seed}`).toEqual(plainSearch([1, 0, 1], vocabulary, seed, how).slice(0, 1).map(({ tokens }) => tokens));
  }
});

test('of texts that ended early as many come back as are asked for', async () => {
  const how = { max_new_tokens: 50, num_beams: 4, eos: range(1, 5) };
  for (const num_return_sequences of [1, 3]) {
    const model = stub(6, 4, 2);
    expect(await searchBeams(model, [0], { ...how, num_return_sequences })).toHaveLength(num_return_sequences);
    expect(model.asked).toBeLessThan(50);
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
