import { defined } from '../numbers/defined';
import { exp, log } from '../numbers/elementary';
import type { Generator } from './generate';

/** Settings of beam search, by transformers' names. */
export interface BeamSearch {
  max_new_tokens: number;
  num_beams: number;
  length_penalty?: number;
  no_repeat_ngram_size?: number;
  num_return_sequences?: number;
  eos?: readonly number[];
  signal?: AbortSignal;
}

/** A text that was found, without its prompt: the sum of log probabilities over its length to the power of the penalty is its score. */
export interface Found {
  tokens: number[];
  score: number;
}

interface Beam {
  tokens: number[];
  sum: number;
  /** Index of the parent beam. */
  from: number;
}

/**
 * The likeliest texts by beam search, the best first. The generator must have as many rows as there are beams. Source: transformers
 * 4.45.2 generation/beam_search.py, BeamSearchScorer with early_stopping False; version 5 compares the finished texts with the best that has
 * not ended, where this one compares them with the best of all, and so may stop earlier. Throws what `begin` throws, and EngineError where it is stopped.
 */
export async function searchBeams(generator: Pick<Generator, 'begin' | 'next'>, prompt: ArrayLike<number>, how: BeamSearch): Promise<Found[]> {
  // Stryker disable next-line ArrayDeclaration: no token is a text
  const { max_new_tokens, num_beams, length_penalty = 1, no_repeat_ngram_size = 0, num_return_sequences = 1, eos = [], signal } = how;
  await generator.begin(prompt, max_new_tokens, signal);
  const begin = Array.from(prompt);
  const ends = new Set(eos);
  const done: Found[] = [];
  const finish = (tokens: number[], sum: number) => {
    done.push({ tokens, score: sum / tokens.length ** length_penalty });
    done.sort((a, b) => b.score - a.score).splice(num_beams);
  };
  // All beams are one at first: the others are held back.
  let beams: Beam[] = Array.from({ length: num_beams }, (_, b) => ({ tokens: [], sum: b === 0 ? 0 : -1e9, from: b }));
  for (let i = 0; i < max_new_tokens; i++) {
    const all = await generator.next(beams.map(({ tokens }) => [...begin, ...tokens]), { from: beams.map(({ from }) => from), signal });
    const scores = all.map((logits, b) => withoutRepeats(logProbabilities(logits), prompt, defined(beams[b]).tokens, no_repeat_ngram_size));
    // Of k ends each beam may yield k, so transformers keeps the max(2, 1 + k) * num_beams best. It finishes those that end among the first
    // num_beams, and continues with the first num_beams that do not end, so these are sought here; there are always as many, unless every token is an end.
    const candidates = bestOf(beams, scores, num_beams);
    for (const { beam, token, sum } of candidates) if (ends.has(token)) finish([...defined(beams[beam]).tokens, token], sum);
    beams = bestOf(beams, scores, num_beams, ends).map(({ beam, token, sum }) => ({ tokens: [...defined(beams[beam]).tokens, token], sum, from: beam }));
    if (beams.length === 0) break;
    if (done.length === num_beams && done.at(-1)!.score >= defined(candidates[0]).sum / (i + 1) ** length_penalty) return done.slice(0, num_return_sequences);
  }
  for (const { tokens, sum } of beams) finish(tokens, sum);
  return done.slice(0, num_return_sequences);
}

function logProbabilities(logits: Float32Array): Float64Array {
  const top = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const lse = top + log(logits.reduce((sum, v) => sum + exp(v - top), 0));
  return Float64Array.from(logits, (v) => v - lse);
}

/** Nothing for a token that would say an n-gram of the text again. */
function withoutRepeats(scores: Float64Array, prompt: ArrayLike<number>, tokens: number[], n: number): Float64Array {
  if (n === 0) return scores;
  const text = [...Array.from(prompt), ...tokens];
  const end = text.slice(text.length - n + 1).join();
  for (let at = 0; at + n <= text.length; at++) if (text.slice(at, at + n - 1).join() === end) scores[defined(text[at + n - 1])] = -Infinity;
  return scores;
}

/** The best continuations of all beams by one token, but for some tokens. */
function bestOf(beams: Beam[], scores: Float64Array[], count: number, but: ReadonlySet<number> = new Set()): { beam: number; token: number; sum: number }[] {
  const best: { beam: number; token: number; sum: number }[] = [];
  scores.forEach((row, beam) => row.forEach((score, token) => {
    const sum = defined(beams[beam]).sum + score;
    if (but.has(token)) return;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: what is no better would stand last, and be cut off
    if (best.length === count && sum <= best.at(-1)!.sum) return;
    best.push({ beam, token, sum });
    best.sort((a, b) => b.sum - a.sum).splice(count);
  }));
  return best;
}
