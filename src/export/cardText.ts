import type { Adapted } from '../adapters/adapted';
import type { Model } from '../models/model';
import { wilson } from '../numbers/pairs';
import { readoutOf, type Readout } from '../models/text';

/** Facts about a run, for the model card. */
export interface CardFacts {
  /** Name of the data set. */
  data?: string;
  /** Top-1 on test images, 0 to 1, and their number. */
  accuracy?: number;
  /** Of a model that tells numbers: their correlation with the test texts', -1 to 1. */
  pearson?: number;
  images?: number;
}

/** What would be read as Markdown wherever it stands in a line; an underscore within a word, or a hash behind one, is none. */
const marks = /[\\*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<!\S)#|#(?=\s|$)/gu;
/** What no backslash keeps from being read: tags, code, commands, ends of cells, entities, addresses, mentions, emoji by name, and templates. */
const signs = /[<|@`$]|&(?=#?\w+;)|:(?=\/\/|[\w+-]+:)|(?<=www)\.|\{(?=[{%#])/gi;

/** Text from outside (class names, file names) as plain text of a Markdown line, whose source stays readable. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200).replace(marks, '\\$&').replace(signs, (c) => `&#${c.charCodeAt(0)};`);

/** True for the name of a model on the Hub, which transformers fetches; anything else is the name of a folder. */
export const isHubId = (base: string): boolean => /^[\w.-]+\/[\w.-]+$/.test(base);

/** The YAML head of a model card: what the hub files it under. JSON strings are YAML strings. */
export function frontMatter(base: string, method: string, library: string, pipeline = 'image-classification'): string {
  // The hub accepts ids here, not paths.
  const id = isHubId(base) ? [`base_model: ${JSON.stringify(base)}`] : [];
  return ['---', ...id, `library_name: ${library}`, `pipeline_tag: ${pipeline}`, `tags: [fullrank, ${method}]`, '---'].join('\n');
}

/** The hub's pipeline for a model, its usual name, and its class in transformers. */
export const kindOf = ({ language }: Pick<Model, 'language'>): Pick<Readout, 'pipeline' | 'title' | 'className'> =>
  language ? readoutOf(language) : { pipeline: 'image-classification', title: 'image classifier', className: 'AutoModelForImageClassification' };

/** What chance alone makes of an accuracy on so many pictures or texts: tokens of a text are not told apart by it. */
function intervalOf({ accuracy, images }: CardFacts): string {
  if (accuracy === undefined || !images) return '';
  const [low, high] = wilson(accuracy, images);
  return ` (95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %)`;
}

const SHOWN_LABELS = 100;
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Table of what was trained, on what, and how well it does. */
export function factsTable(adapted: Adapted, base: string, facts: CardFacts): string {
  const { config, method, model } = adapted;
  const { adapter_parameters, head_parameters } = adapted.counts();
  // What is as it always is tells nothing, but for what says how large the method is.
  const isUsual = ({ name, default: usual }: { name: string; default?: unknown }): boolean => name !== method.fields.budget && JSON.stringify(config[name]) === JSON.stringify(usual);
  const settings = method.fields.fields.filter((field) => config[field.name] != null && config[field.name] !== false && !isUsual(field)).map(({ name }) => name);
  const rows: [name: string, ...values: string[]][] = [
    ['base model', base],
    ['method', method.fields.title],
    ...settings.map((name): [string, string] => [name, shown(config[name])]),
    ['trained parameters', `${adapter_parameters.toLocaleString('en-US')} and ${head_parameters.toLocaleString('en-US')} in the head`],
    model.language ? ['text length', `at most ${model.language.tokens} tokens`] : ['image size', `${model.image_size} pixels`],
  ];
  if (facts.data !== undefined) rows.push(['data', facts.data]);
  const on = facts.images ? ` on ${facts.images} test ${model.language ? 'texts' : 'images'}` : '';
  if (facts.pearson !== undefined) rows.push(['Pearson correlation', `${facts.pearson.toFixed(3)}${on}`]);
  else if (facts.accuracy !== undefined) rows.push(['top-1 accuracy', `${(100 * facts.accuracy).toFixed(1)} %${on}${intervalOf(facts)}`]);
  const more = model.labels.length - SHOWN_LABELS;
  // Images and texts were trained against each other: there are no classes.
  const classless = model.head === null && model.labels.every((label, i) => label === `LABEL_${i}`);
  if (!classless) rows.push([`${model.labels.length} classes`, ...model.labels.slice(0, SHOWN_LABELS), ...(more > 0 ? [`and ${more} more`] : [])]);
  return ['| | |', '|---|---|', ...rows.map(([name, ...values]) => `| ${plain(name)} | ${values.map(plain).join(', ')} |`)].join('\n');
}
