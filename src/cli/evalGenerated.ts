import { openContinuations } from '../data/continuations';
import { limitedIndices } from '../data/limit';
import { DataError } from '../data/source';
import { messageOf } from '../errors/errors';
import { isTextModel, readoutOf, textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { commonsenseAnswer, matchedAnswer, type AnswerReader } from '../tasks/answers';
import { searchBeams } from '../train/beams';
import { answerScores, promptsOf, textScores, type ReferencedPrompt, type Generated } from '../train/generated';
import { Generator } from '../train/generate';
import { generationOf } from '../train/generation';
import type { LoadedModel } from '../train/openModel';
import { fittingTokenizer } from '../train/textFeed';
import { forTask, tokenizerOf } from '../train/textSet';
import { UsageError, type Flag, type Given } from './command';
import { evaluationSettings, limitRule } from './evaluator';
import { dataTree } from './files';
import { withDevice } from './gpu';
import { askedFrom, endsOf, searchFlags, searchOf } from './search';
import { openOn, textSettings } from './texts';

const COMMONSENSE = 'commonsense';

/** Flags of an evaluation by what a model says. */
export const generatedFlags: Flag[] = [
  { name: 'generate', kind: 'boolean', default: false, help: 'Text generation: continues each --prompt, once if several rows share it, and compares the result with all their answers: exact match, BLEU-4, NIST-5, ROUGE-L, CIDEr.' },
  { name: 'match', kind: 'text', value: `PATTERN|${COMMONSENSE}`, help: `With --generate: accuracy of answers instead; an answer is the first match of this regular expression, or its first capture group, both in the generated text and in --answer. ${COMMONSENSE}: true|false, solution1-2, answer1-5, ending1-4 or option1-2, whichever the right one is of.` },
  ...searchFlags.map((flag) => ({ ...flag, help: `With --generate: ${flag.help}` })),
];

/** Refuses flags that say how to generate where nothing is to be generated, and the other way round. Throws UsageError. */
export function refuseGenerated(given: Given): void {
  const own = generatedFlags.map(({ name }) => name).filter((name) => given[name] !== undefined);
  const dashed = (name: string) => `--${name.replaceAll('_', '-')}`;
  if (own.length > 0 && !given.generate) throw new UsageError(`${dashed(defined(own[0]))} goes with --generate`);
  const other = given.generate && ['max_length', 'text_column', 'pair_column', 'label_column', 'templates', 'image_size'].find((name) => given[name] !== undefined);
  if (other) throw new UsageError(`${dashed(other)} does not go with --generate`);
}

/** Has a model of texts, or it under a saved adapter, answer the prompts of a set, and scores the answers. An interrupt ends it with the answers so far. */
export async function evalGenerated(given: Given, loaded: LoadedModel, split: 'test' | 'train', limit: number, say: (line: string) => void): Promise<object> {
  const settings = textSettings(given);
  const base = isTextModel(loaded.net) ? forTask(loaded, settings) : null;
  if (!base || !readoutOf(base.language).generates) throw new DataError('--generate is for models that go on with texts; this one does not.');
  const { prompt, answer } = settings;
  if (prompt === undefined || answer === undefined) throw new UsageError('--generate needs --prompt and --answer');
  const [read, asked] = [readerOf(given), askedFrom(given)];
  const data = await openContinuations(await dataTree(String(given.data)), { prompt, answer });
  data.notes?.forEach((note) => say(`note: ${note}`));

  const tokenizer = await tokenizerOf(loaded);
  fittingTokenizer(tokenizer, base);
  const generation = await generationOf(loaded, tokenizer);
  // All rows are given the same number of tokens: a limit that counts the prompts too says nothing here.
  const search = { max_new_tokens: asked.max_new_tokens ?? generation.config.max_new_tokens ?? 20, ...searchOf(asked, generation) };
  const room = base.language.max_tokens - search.max_new_tokens;
  const all = promptsOf(data[split]);
  const chosen = Array.from(limitedIndices(new Uint16Array(all.length), limit, limitRule(given)), (i) => {
    const { ids, first: [, to] } = tokenizer.encode(defined(all[i]).prompt);
    return { ...defined(all[i]), ids: ids.slice(0, to) };
  });
  const fitting = chosen.filter(({ ids }) => ids.length > 0 && ids.length <= room);
  const left_out = chosen.length - fitting.length;
  if (fitting.length === 0) throw new DataError(chosen.length === 0 ? `The ${split} part of ${data.title} holds no prompt.` : `No prompt of ${data.title} fits: the model has positions for ${base.language.max_tokens} tokens, of which ${search.max_new_tokens} are to follow.`);
  if (left_out > 0) say(`note: ${left_out} of ${chosen.length} prompts are left out, because they hold no token or more than ${room}, which with ${search.max_new_tokens} to follow is all that the model has positions for.`);

  const { adapted, values } = await openOn(given, loaded, textModel(base.with({ tokens: Math.max(...fitting.map(({ ids }) => ids.length)) + search.max_new_tokens })), say);
  const eos = endsOf(given, generation, null);
  const { frozen_dtype } = evaluationSettings(given);
  const rows = await withDevice(async (device) => {
    const generator = await Generator.open(device, { adapted, source: loaded.source, values, frozen_dtype, rows: search.num_beams });
    try {
      return await untilInterrupted(fitting, async ({ prompt, references, ids }, signal): Promise<Generated> => {
        const [best] = await searchBeams(generator, ids, { ...search, eos, signal });
        return { prompt, references, text: tokenizer.decode(defined(best).tokens) };
      });
    } finally {
      generator.destroy();
    }
  });
  if (rows.length === 0) throw new Error('interrupted before the first text was there');
  const stopped = rows.length < fitting.length;
  if (stopped) say(`note: interrupted after ${rows.length} of ${fitting.length} prompts; this is of those alone.`);
  return { model: String(given.model), data: String(given.data), split, ...search, ...report(rows, read, split, say), left_out, stopped };
}

/** Scores and texts, of which the scores are said. */
function report(rows: readonly Generated[], read: AnswerReader | null, split: string, say: (line: string) => void): object {
  const count = rows.length;
  const references = rows.reduce((sum, row) => sum + row.references.length, 0);
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  if (read) {
    const { scores, answers } = answerScores(rows, read);
    say(`${split} accuracy ${percent(scores.accuracy)}  without an answer ${percent(scores.without_answer)}  (${references} rows, ${count} prompts)`);
    return { ...scores, count, references, texts: rows.map((row, i) => ({ ...row, ...defined(answers[i]) })) };
  }
  const scores = textScores(rows);
  say(`${split} BLEU ${scores.bleu.toFixed(4)}  NIST ${scores.nist.toFixed(4)}  ROUGE-L ${scores.rouge_l.toFixed(4)}  CIDEr ${scores.cider.toFixed(4)}  exact match ${percent(scores.exact_match)}  (${count} prompts, ${references} references)`);
  return { ...scores, count, references, texts: rows };
}

/** Reads answers out of texts; null if texts are compared as a whole. Throws UsageError. */
function readerOf({ match }: Given): AnswerReader | null {
  if (match === undefined) return null;
  if (match === COMMONSENSE) return commonsenseAnswer;
  try {
    return matchedAnswer(new RegExp(String(match)));
  } catch (error) {
    throw new UsageError(`--match is ${JSON.stringify(match)}, which is no regular expression: ${messageOf(error)}`);
  }
}

/** Milliseconds between lines on progress where they do not go to a terminal. */
const EVERY = 30_000;

/** Does the work for one after the other, with progress on standard error; what is done when an interrupt comes. */
async function untilInterrupted<T extends ReferencedPrompt>(asked: readonly T[], work: (one: T, signal: AbortSignal) => Promise<Generated>): Promise<Generated[]> {
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  const terminal = process.stderr.isTTY === true;
  const done: Generated[] = [];
  const start = performance.now();
  let lastPrinted = -Infinity;
  process.once('SIGINT', interrupt);
  try {
    for (const one of asked) {
      done.push(await work(one, abort.signal));
      const now = performance.now();
      const left = Math.ceil(((now - start) / done.length) * (asked.length - done.length) / 1000);
      const line = `${done.length} of ${asked.length} prompts, about ${left} s left`;
      if (terminal) process.stderr.write(`\r\x1b[K${line}`);
      else if (now - lastPrinted > EVERY) process.stderr.write(`${line}\n`);
      if (now - lastPrinted > EVERY) lastPrinted = now;
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
    if (terminal) process.stderr.write('\r\x1b[K');
  }
  return done;
}
