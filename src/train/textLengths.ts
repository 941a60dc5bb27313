import type { ContinuationDataset } from '../data/continuations';
import { isContinuations } from '../data/kinds';
import type { Split, TextRow } from '../data/source';
import type { TextDataset } from '../data/texts';
import { breather } from '../io/breathe';
import type { TextTokenizer } from '../io/textTokenizer';
import { defined } from '../numbers/defined';
import type { ContinuationTokens } from './continuationFeed';
import type { KnownModel } from './openModel';
import type { TextLengths, TextSettings, TokenPart } from './protocol';
import { wordTokens } from './textFeed';
import { forTask, mostTokens, readerOf, tokenizerOf } from './textSet';
import { UnknownWords } from './unknownWords';

/** Texts of each split that are looked at, evenly spread. */
const LOOKED = 2000;
const BINS = 24;
const SAMPLES = 3;
/** Unknown words that are named. */
const NAMED = 5;
/** Tokens of a sample that are shown. */
const SHOWN = 120;
/** Milliseconds after which other work has its turn. */
const BREATH = 30;

/** A text as tokens, before it is cut, and what each is. */
interface Tokens {
  ids: readonly number[];
  parts(): TokenPart[];
}

/** Lengths of the texts of a set for a model, how many are cut, and how the first become tokens. Throws DataError, FormatError or ModelError. */
export async function textLengths(model: KnownModel, found: TextDataset | ContinuationDataset, settings: TextSettings, signal?: AbortSignal): Promise<TextLengths> {
  const tokenizer = await tokenizerOf(model);
  const base = forTask(model, settings);
  const most = mostTokens(base, settings);
  const read = isContinuations(found) ? continued(await readerOf(model, base, found)) : found.labels === 'words' ? tagged(tokenizer) : labelled(tokenizer);
  const breathe = breather(BREATH, signal);
  const lengths: number[] = [];
  const unknownWords = new UnknownWords(tokenizer);
  const words = { all: 0, unknown: new Map<string, number>() };
  for (const split of [found.train, found.val, found.test]) {
    for (const i of spread(split)) {
      const row = split!.text!(i);
      lengths.push(read(row).ids.length);
      unknownWords.count(words, row.first, row.second);
      await breathe();
    }
  }
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  const width = Math.max(1, Math.ceil(longest / BINS));
  const counts = new Array<number>(Math.ceil(longest / width)).fill(0);
  for (const n of lengths) counts[Math.max(0, Math.ceil(n / width) - 1)] = defined(counts[Math.max(0, Math.ceil(n / width) - 1)]) + 1;
  const cut = lengths.filter((n) => n > most);
  const samples = Array.from({ length: Math.min(SAMPLES, found.train.count) }, (_, i) => {
    const { ids, parts } = read(found.train.text!(i));
    const all = parts();
    return ids.slice(0, SHOWN).map((id, at) => ({ text: tokenizer.decode([id], { special: true }), part: at < most ? defined(all[at]) : ('cut' as const) }));
  });
  const unknown = [...words.unknown].sort(([, a], [, b]) => b - a);
  const summary = { all: words.all, unknown: unknown.reduce((sum, [, count]) => sum + count, 0), most: unknown.slice(0, NAMED).map(([word]) => word) };
  return { texts: lengths.length, shortest: lengths.reduce((a, b) => Math.min(a, b), longest), longest, most, cut: cut.length, lost: cut.reduce((sum, n) => sum + n - most, 0), width, counts, words: summary, samples };
}

const spread = (split: Split | undefined): number[] => {
  const count = split?.count ?? 0;
  const looked = Math.min(count, LOOKED);
  return Array.from({ length: looked }, (_, k) => Math.floor((k * count) / looked));
};

/** Reads texts whose class counts as a whole: of the tokens there are those of the text, and those around it. */
function labelled(tokenizer: TextTokenizer): (row: TextRow) => Tokens {
  const around = new Set(tokenizer.around([], []).ids);
  return ({ first, second }) => {
    const { ids, first: [from, to] } = tokenizer.encode(first, second);
    return { ids, parts: () => ids.map((id, at) => ((at < from || at >= to) && around.has(id) ? 'special' : 'text')) };
  };
}

/** Reads texts of which the first token of each word counts. */
function tagged(tokenizer: TextTokenizer): (row: TextRow) => Tokens {
  return ({ words }) => {
    const { ids, first: [from, to], placed } = wordTokens(tokenizer, words!);
    const firsts = new Set(placed.map(({ at }) => at));
    return { ids, parts: () => ids.map((_, at) => (firsts.has(at) ? 'counts' : at < from || at >= to ? 'special' : 'text')) };
  };
}

/** Reads texts of which the part to be said counts. */
const continued = (tokens: ContinuationTokens) => (row: TextRow): Tokens => {
  const { ids, counts } = tokens.row(row);
  return { ids, parts: () => ids.map((_, at) => (at > 0 && counts.some(([from, to]) => at >= from && at < to) ? 'counts' : 'text')) };
};
