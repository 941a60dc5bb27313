import { formatAmount, formatCount, formatDuration, formatLoss, formatPercent, formatRate, formatSetting, formatTrainLoss, shortText } from '../../../language/format';
import { mainName } from '../../../adapters/fields';
import { methodLook } from '../../../figures/methods';
import { learningRates } from '../../../train/config';
import type { Evaluation } from '../../../train/protocol';
import { measureOf, scoresOf, type Scores } from '../../../train/scores.meta';
import { choiceWords, fieldWords, methodFields, trainFields } from '../settings/fields';
import { curveOf } from './metrics';
import { leftWeights, personOf, testEvaluation, type Run } from './runs';
import { typicalSeconds } from './typical';
import { totalOf } from '../../../figures/memory';
import { defined } from '../../../numbers/defined';
import { factWords, tableWords } from '../words/table';

/** Everything that is known of a run by name: columns, filters, plots and files of the table are made from this one list. */

export type FactValue = number | string | boolean | null;

/** Facts about a run that come from the other runs and from the data as it is now. */
export interface Around {
  stale: (run: Run) => boolean;
  /** Id of an earlier run of the same settings, seed and data; empty when there is none. */
  twin: (run: Run) => string;
  hidden: (run: Run) => boolean;
}

export interface Fact {
  name: string;
  title: string;
  kind: 'number' | 'text' | 'flag';
  /** Of a result: which direction is good. */
  good?: 'high' | 'low';
  /** A quantity that spans decades. */
  log?: boolean;
  /** Counted, one by one. */
  whole?: boolean;
  /** A result, rather than a setting: two numbers of a filter's list are a range of it. */
  measured?: boolean;
  /** From 0 to 1, and read in percent: a filter may say either. */
  share?: boolean;
  /** One of several words that files spell in their own way. */
  choice?: boolean;
  format: (value: number) => string;
  of: (run: Run, around: Around) => FactValue;
}

const plain = (value: number): string => formatSetting(value);
/** A fact by its title, which may be another one of texts. */
const titled = (title: () => string, fact: Omit<Fact, 'title'>): Fact =>
  Object.defineProperty(fact as Fact, 'title', { enumerable: true, get: title });
const named = (name: string) => () => factWords[name] ?? name;
const number = (name: string, of: Fact['of'], format: Fact['format'], more: Partial<Fact> = {}): Fact => titled(named(name), { name, kind: 'number', format, of, ...more });
const text = (name: string, of: Fact['of']): Fact => titled(named(name), { name, kind: 'text', format: String, of });
const flag = (name: string, of: Fact['of']): Fact => titled(named(name), { name, kind: 'flag', format: String, of });

const bytesOf = (run: Run) => run.allocated ?? run.plan?.bytes ?? null;
const mib = (bytes: number): number => bytes / 2 ** 20;
const fixed = (digits: 1 | 2) => (value: number) => formatAmount(value, digits);

/** A score of a run on the test images; null without one, or without the confusion matrix that it is made of. */
export function scoreOf(run: Run, name: keyof Scores): number | null {
  const test = testEvaluation(run);
  return (test && scoresOf(test)?.[name]) ?? null;
}

export const results: Fact[] = [
  number('accuracy', (run) => measured(testEvaluation(run)), formatPercent, { good: 'high', share: true }),
  number('balanced_accuracy', (run) => scoreOf(run, 'balanced_accuracy'), formatPercent, { good: 'high', share: true }),
  number('macro_f1', (run) => scoreOf(run, 'macro_f1'), formatPercent, { good: 'high', share: true }),
  number('val', (run) => measured(run.best?.split === 'val' ? run.best : null), formatPercent, { good: 'high', share: true }),
  number('spearman', (run) => finite(testEvaluation(run)?.scores?.spearman), formatPercent, { good: 'high', share: true }),
  number('matthews', (run) => finite(testEvaluation(run)?.scores?.matthews), formatPercent, { good: 'high', share: true }),
  number('choice_accuracy', (run) => finite(testEvaluation(run)?.scores?.choice_accuracy), formatPercent, { good: 'high', share: true }),
  number('perplexity', (run) => finite(testEvaluation(run)?.scores?.perplexity), formatLoss, { good: 'low', log: true }),
  number('loss', (run) => finite(testEvaluation(run)?.loss), formatLoss, { good: 'low', log: true }),
  number('train_loss', (run) => finite(curveOf(run.id).column('loss').at(-1)), formatTrainLoss, { good: 'low', log: true }),
  number('trainable', (run) => run.plan?.trainable_parameters ?? null, formatCount, { good: 'low', log: true }),
  number('adapter', (run) => run.plan?.adapter_parameters ?? null, formatCount, { good: 'low', log: true }),
  number('memory', (run) => (bytesOf(run) ? mib(totalOf(bytesOf(run)!)) : null), fixed(1), { good: 'low' }),
  number('optimizer', (run) => (bytesOf(run) ? mib(bytesOf(run)!.state ?? 0) : null), fixed(2), { good: 'low', log: true }),
  number('file', (run) => (leftWeights(run) ? mib(run.adapterBytes) : null), fixed(2), { good: 'low', log: true }),
  number('seconds', typicalSeconds, formatDuration, { good: 'low' }),
  number('images_per_second', (run) => (run.imagesPerSecond > 0 ? run.imagesPerSecond : null), formatRate, { good: 'high' }),
  number('steps_done', (run) => run.lastStep, formatCount, { whole: true }),
  number('skipped', (run) => run.summary?.skipped_steps ?? null, formatCount, { good: 'low', whole: true }),
];
for (const fact of results) fact.measured = true;

const measured = (evaluation: Evaluation | null): number | null => finite(evaluation ? measureOf(evaluation) : undefined);

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

const asFact = (value: unknown): FactValue => (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : Array.isArray(value) ? value.join(' ') : null);

const kindOf: Record<string, Fact['kind']> = { number: 'number', integer: 'number', boolean: 'flag', choice: 'text', names: 'text', text: 'text' };

const ofResults = new Set(results.map(({ name }) => name));
/** Training settings, by their names; one that is called like a result keeps its own title. */
const training: Fact[] = trainFields.map((field) => titled(() => (ofResults.has(field.name) ? undefined : factWords[field.name]) ?? field.label.toLowerCase(), { name: field.name, kind: defined(kindOf[field.kind]), whole: field.kind === 'integer', choice: field.kind === 'choice', format: (value) => (value === field.empty?.value || field.percent ? fieldWords(field, value) : field.unit && field.kind === 'integer' ? formatCount(value) : plain(value)), of: (run) => asFact(settingOf(run, field.name)) }));

/** A training setting as it was: rates that were left to the method are the method's. */
function settingOf({ spec }: Run, name: string): unknown {
  if (name === 'lr') return learningRates(spec.method, spec.train).lr;
  if (name === 'head_lr') return learningRates(spec.method, spec.train).headLr;
  return spec.train[name as keyof Run['spec']['train']];
}

/** Settings of the methods, by PEFT's names. */
const settings: Fact[] = [
  ...new Map(
    Object.values(methodFields)
      .flatMap(({ fields }) => fields)
      .filter(({ name }) => !trainFields.some((field) => field.name === name))
      .map((field) => [field.name, field]),
  ).values(),
].map((field) => ({ name: field.name, title: field.name, kind: defined(kindOf[field.kind]), whole: field.kind === 'integer', choice: field.kind === 'choice', format: plain, of: (run) => asFact(run.spec.method[field.name]) }));

const about: Fact[] = [
  text('name', (run) => run.name),
  text('method', (run) => run.spec.method.method),
  text('model', (run) => run.spec.model),
  text('data', (run) => run.spec.data),
  text('state', (run) => run.state),
  text('notes', (run) => run.notes ?? ''),
  text('folder', (run) => run.folder ?? ''),
  text('device', (run) => run.summary?.device.description ?? null),
  text('from', personOf),
  flag('theirs', (run) => run.theirs !== undefined),
  flag('stale', (run, around) => around.stale(run)),
  flag('duplicate', (run, around) => around.twin(run) !== ''),
  flag('hidden', (run, around) => around.hidden(run)),
];

/** Main settings by the symbols that tables name them by, whatever they are called in files: "n" of every method with prompts. */
const symbols: Fact[] = [...new Set(Object.keys(methodFields).map(mainName))].filter((name) => name !== '').map((name) => ({
  name, title: name, kind: 'number', format: plain, of: ({ spec: { method } }) => asFact(method[mainName(method.method) === name ? defined(methodFields[method.method]).budget! : name]),
}));

export const facts: Fact[] = [...about, ...results, ...training, ...settings];
/** Facts that filters may ask for: the same, and main settings by their symbols. */
export const filterFacts: Fact[] = [...facts.filter(({ name }) => !symbols.some((one) => one.name === name)), ...symbols];
const byName = new Map(facts.map((fact) => [fact.name, fact]));
export const factNamed = (name: string): Fact | undefined => byName.get(name);

/** A value in words; nothing for none. */
export function showFact(fact: Fact, value: FactValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? fact.format(value) : '–';
  if (typeof value === 'boolean') return tableWords.flags[value ? 'yes' : 'no'];
  return fact.name === 'method' ? methodLook(value).title : shortText(fact.choice ? choiceWords(value) : value);
}
