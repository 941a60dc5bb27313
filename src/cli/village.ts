import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Adapted } from '../adapters/adapted';
import { HEAD_ONLY, methodFields } from '../adapters/fields';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { evaluate } from '../train/evaluate';
import { rowsMeasured } from '../train/feeds';
import { openModel } from '../train/openModel';
import type { Evaluation, TextSettings, TrainConfig } from '../train/protocol';
import { meanOf, type Mean } from '../numbers/stats';
import { openTextData } from '../train/textSet';
import { UsageError } from './command';
import { withEvaluation } from './evaluator';
import { dataTree, modelTree, writeWhole } from './files';
import { withDeviceFlag } from './gpu';
import { openOn } from './texts';
import { trainOnce } from './train';

/** Measure of a model's quality on a set, and its format. */
interface Measure {
  title: string;
  of(evaluation: Evaluation): number;
  digits: number;
}

const accuracy: Measure = { title: 'accuracy %', of: (evaluation) => 100 * evaluation.accuracy, digits: 1 };
const score = (name: string, digits: number): Measure => ({ title: name, of: ({ scores }) => defined(scores![name]), digits });

/** Share of rows whose likeliest choice is the right one. */
const choices: Measure = { title: 'choices right, %', of: ({ scores }) => 100 * scores!.choice_accuracy!, digits: 1 };

interface Task {
  model: string;
  data: string;
  text: TextSettings;
  measure: Measure;
}

/** Every task on texts, on the set that comes for it and the bundled model that can do it. */
const tasks: Task[] = [
  { model: 'bert-nano', data: 'village-moods', text: { task: 'sequence-classification' }, measure: accuracy },
  { model: 'bert-nano', data: 'village-alike', text: { task: 'sequence-classification' }, measure: score('pearson', 3) },
  { model: 'bert-nano', data: 'village-tags', text: { task: 'token-classification' }, measure: accuracy },
  { model: 'llama-nano', data: 'village-stories', text: { task: 'causal-lm' }, measure: score('perplexity', 3) },
  { model: 'llama-nano', data: 'village-questions', text: { task: 'causal-lm', prompt: '{passage} {question}', answer: ' {answer}' }, measure: score('perplexity', 3) },
  { model: 'llama-nano', data: 'village-choices', text: { task: 'causal-lm', prompt: '{beginning}', answer: ' {choice}' }, measure: choices },
];

interface VillageOptions {
  methods: string[];
  only?: string;
  seeds: number;
  train: Partial<TrainConfig>;
  /** Folder of what was measured, which is not measured again; nothing is kept when left out. */
  out?: string;
}

/** Prints, as Markdown, what methods buy on the village's test texts over the bundled models as they are. What is on the way is said on standard error. */
export async function main(argv: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: argv, options: { methods: { ...text, multiple: true }, only: text, seeds: { ...text, default: '3' }, steps: { ...text, default: '100' }, batch: { ...text, default: '16' }, out: text, device: text } });
  const methods = (values.methods ?? []).flatMap((names) => names.split(','));
  const unknown = methods.find((name) => !Object.hasOwn(methodFields, name));
  if (!methods.length || unknown !== undefined) throw new UsageError(`--methods is ${unknown ?? 'missing'}; give some of ${Object.keys(methodFields).join(', ')}, with commas between`);
  const asked = { methods, only: values.only, seeds: Number(values.seeds), train: { steps: Number(values.steps), batch: Number(values.batch) }, out: values.out };
  const command = withDeviceFlag({ help: '', computes: true, flags: [], examples: [], run: () => table(asked) });
  await command.run(values.device === undefined ? {} : { device: values.device }, () => {});
  return 0;
}

async function table({ methods, only, seeds, train, out }: VillageOptions): Promise<null> {
  console.log('| set | model | method | held-out | as it is | trained | difference by seed, mean and 95 % interval |\n|---|---|---|---|---|---|---|');
  for (const task of tasks.filter(({ data }) => only === undefined || data.endsWith(only))) {
    const { digits, title } = task.measure;
    for (const method of methods) {
      const pairs: { before: number; after: number }[] = [];
      for (let seed = 0; seed < seeds; seed++) pairs.push({ before: await asItIs(task, seed, out), after: await trained(task, method, { ...train, seed }, out) });
      const mean = (of: (pair: (typeof pairs)[0]) => number): Mean => meanOf(pairs.map(of))!;
      const difference = mean(({ before, after }) => after - before);
      const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
      const interval = difference.interval === null ? '' : ` (${signed(difference.mean - difference.interval)} to ${signed(difference.mean + difference.interval)})`;
      console.log(`| ${[task.data, task.model, defined(methodFields[method]).title, title, mean(({ before }) => before).mean.toFixed(digits), mean(({ after }) => after).mean.toFixed(digits), signed(difference.mean) + interval].join(' | ')} |`);
    }
  }
  return null;
}

/** On the test texts, of the model as it is: where it tells classes or numbers, under a head that has learned nothing. */
function asItIs({ model, data, text, measure }: Task, seed: number, out?: string): Promise<number> {
  return once(out, `${data}-base-seed${seed}`, { model, text, seed }, measure, async () => {
    const loaded = await openModel(await modelTree(model));
    const opened = await openTextData(loaded, await dataTree(data), text);
    const fresh = async () => {
      const adapted = new Adapted(opened.model.with({ labels: opened.data.classes }), { method: HEAD_ONLY });
      return { adapted, values: adapted.newHead(seed), foreign: [], image_size: null, model: loaded };
    };
    const ready = await (opened.model.head === null ? openOn({}, loaded, opened.model, () => {}) : fresh());
    const { test } = opened.data;
    const form = textModel(ready.adapted.model);
    const feed = opened.feedOf(form)(test);
    return withEvaluation(ready, {}, test.count, (machine, programs) => evaluate(machine, programs, feed, test.count, form.num_labels, { step: 0, split: 'test' }), rowsMeasured(test, feed));
  });
}

/** On the same texts, after training on the training texts. */
function trained({ model, data, text, measure }: Task, method: string, train: Partial<TrainConfig> & { seed: number }, out?: string): Promise<number> {
  return once(out, `${data}-${method}-seed${train.seed}`, { model, text, train }, measure, async () => {
    const { summary } = await trainOnce({ model, data, text, method: { method }, train, say: () => {} });
    return summary.final!;
  });
}

/** Measurement kept under this name and these settings, else the result of `work`. */
async function once(out: string | undefined, name: string, settings: object, measure: Measure, work: () => Promise<Evaluation>): Promise<number> {
  const path = out === undefined ? null : join(out, `${name}.json`);
  const about = JSON.stringify(settings);
  const known = path && existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as { about: string; evaluation: Evaluation }) : null;
  if (known?.about === about) return measure.of(known.evaluation);
  const start = performance.now();
  const { loss, accuracy: right, count, scores } = await work();
  const evaluation = { loss, accuracy: right, count, scores } as Evaluation;
  console.error(`${name}: ${measure.title} ${measure.of(evaluation).toFixed(measure.digits)}, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  if (path) await writeWhole(path, JSON.stringify({ about, evaluation }));
  return measure.of(evaluation);
}
