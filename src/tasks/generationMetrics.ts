import { defined } from '../numbers/defined';
import { exp, log } from '../numbers/elementary';

/**
 * Closeness of generated texts to what people wrote, by the metrics of the E2E challenge. Source: tuetschek/e2e-metrics, BLEU and NIST by its
 * metrics/pymteval.py, ROUGE-L and CIDEr by the pycocoevalcap that it brings. METEOR, a Java program with its own tables of words, is left out.
 */

/** A generated text, and those that it is compared with, as words. */
export interface Compared {
  words: readonly string[];
  references: readonly (readonly string[])[];
}

const BLEU_GRAMS = 4;
const NIST_GRAMS = 5;
const CIDER_GRAMS = 4;

/** Words of a text for BLEU and NIST: signs apart but within numbers, in lower case. Source: mteval-v13a, as pymteval has it. */
export function mtevalWords(text: string): string[] {
  const parted = ` ${text.replace(/<skipped>|-\n/g, '').replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>')} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
  return blanked(parted);
}

/**
 * Words of a text for ROUGE-L and CIDEr: signs left out, what is contracted apart, in lower case. The challenge lets Stanford's PTB tokenizer
 * do this, which knows abbreviations and spellings besides.
 */
export function captionWords(text: string): string[] {
  const parted = text.replaceAll('’', "'").replace(/(\p{L})(n't|'(?:s|re|ve|ll|d|m))(?!\p{L})/giu, '$1 $2').match(/n't(?!\p{L})|'(?:s|re|ve|ll|d|m)(?!\p{L})|[\p{L}\p{N}]+(?:[-.,:/'][\p{L}\p{N}]+)*|[£$€%&#@+=]/giu);
  return blanked(parted?.join(' ') ?? '');
}

const blanked = (text: string): string[] => text.toLowerCase().split(/\s/).filter((word) => word !== '');

/** Runs of n words, each with its count. */
function grams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= words.length; at++) add(counts, words.slice(at, at + n).join(' '), 1);
  return counts;
}

const add = (counts: Map<string, number>, key: string, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by);

/** Runs of n words that a text shares with a reference, each with its count, at most that of the reference that has most of them. */
function hits({ words, references }: Compared, n: number): Map<string, number> {
  const theirs = references.map((reference) => grams(reference, n));
  const both = [...grams(words, n)].map(([gram, count]): [string, number] => [gram, Math.min(count, Math.max(0, ...theirs.map((of) => of.get(gram) ?? 0)))]);
  return new Map(both.filter(([, count]) => count > 0));
}

const sum = (values: Iterable<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const many = (rows: readonly Compared[], n: number): number => sum(rows.map(({ words }) => Math.max(0, words.length - n + 1)));

/** BLEU of all texts together, 0 to 1: the geometric mean of how many runs of 1 to 4 words are right, less where texts are shorter than the references nearest in length. */
export function bleu(rows: readonly Compared[]): number {
  const length = many(rows, 1);
  if (length === 0) return 0;
  const wanted = sum(rows.map(({ words, references }) => {
    const off = (of: number) => Math.abs(of - words.length);
    return references.map((reference) => reference.length).sort((a, b) => off(a) - off(b) || a - b)[0] ?? Infinity;
  }));
  const precisions = Array.from({ length: BLEU_GRAMS }, (_, k) => log(Math.max(sum(rows.map((row) => sum(hits(row, k + 1).values()))), 1e-15) / Math.max(many(rows, k + 1), 1e-9)));
  return exp(Math.min(0, 1 - wanted / length) + sum(precisions) / BLEU_GRAMS);
}

/** NIST of all texts together: how much the runs of 1 to 5 words tell that are right, by how rare they are among the references. */
export function nist(rows: readonly Compared[]): number {
  const all = Array.from({ length: NIST_GRAMS }, () => new Map<string, number>());
  let [total, wanted] = [0, 0];
  for (const { references } of rows) {
    for (const reference of references) {
      all.forEach((counts, k) => grams(reference, k + 1).forEach((count, gram) => add(counts, gram, count)));
      total += reference.length;
    }
    wanted += sum(references.map(({ length }) => length)) / references.length;
  }
  const length = many(rows, 1);
  if (length === 0) return 0;
  const tells = (gram: string, k: number) => log((k === 0 ? total : defined(all[k - 1]).get(gram.slice(0, gram.lastIndexOf(' ')))!) / defined(all[k]).get(gram)!) / Math.LN2;
  const terms = all.map((_, k) => sum(rows.map((row) => sum(Array.from(hits(row, k + 1), ([gram, count]) => count * tells(gram, k))))) / Math.max(many(rows, k + 1), 1));
  const beta = Math.LN2 / log(1.5) ** 2;
  return sum(terms) * exp(-beta * log(Math.min(1, length / wanted)) ** 2);
}

/** ROUGE-L of one text, 0 to 1: F of its longest common subsequence with a reference, precision and recall each of the reference that has most of it. */
export function rougeL({ words, references }: Compared): number {
  const common = references.map((reference) => ({ lcs: longestCommon(words, reference), length: reference.length }));
  const precision = Math.max(0, ...common.map(({ lcs }) => lcs / Math.max(1, words.length)));
  const recall = Math.max(0, ...common.map(({ lcs, length }) => lcs / Math.max(1, length)));
  const beta = 1.2;
  return precision === 0 ? 0 : ((1 + beta ** 2) * precision * recall) / (recall + beta ** 2 * precision);
}

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    const next = new Uint32Array(b.length + 1);
    b.forEach((other, j) => (next[j + 1] = word === other ? defined(row[j]) + 1 : Math.max(defined(row[j + 1]), defined(next[j]))));
    row = next;
  }
  return defined(row[b.length]);
}

/** CIDEr-D of each text, 0 to 10: cosines of its runs of 1 to 4 words with those of the references, rare ones counting for more, and of what is longer or shorter less. */
export function cider(rows: readonly Compared[]): number[] {
  const counted = Array.from({ length: CIDER_GRAMS }, (_, k) => {
    const inRows = new Map<string, number>();
    for (const { references } of rows) for (const gram of new Set(references.flatMap((reference) => [...grams(reference, k + 1).keys()]))) add(inRows, gram, 1);
    return inRows;
  });
  const vectors = (words: readonly string[]) => counted.map((inRows, k) => {
    const weights = new Map(Array.from(grams(words, k + 1), ([gram, count]) => [gram, count * log(rows.length / (inRows.get(gram) ?? 1))]));
    return { weights, norm: Math.sqrt(sum(Array.from(weights.values(), (w) => w * w))) };
  });
  return rows.map(({ words, references }) => {
    const own = vectors(words);
    const each = references.map((reference) => {
      // Lengths are counted in pairs of words.
      const longer = Math.max(0, words.length - 1) - Math.max(0, reference.length - 1);
      const cosines = vectors(reference).map(({ weights, norm }, k) => {
        const dot = sum(Array.from(defined(own[k]).weights, ([gram, w]) => Math.min(w, weights.get(gram) ?? 0) * (weights.get(gram) ?? 0)));
        return dot === 0 ? 0 : dot / (defined(own[k]).norm * norm);
      });
      return (sum(cosines) / CIDER_GRAMS) * exp(-(longer ** 2) / (2 * 6 ** 2));
    });
    return (10 * sum(each)) / Math.max(1, references.length);
  });
}
