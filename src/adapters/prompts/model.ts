import { readsTexts, withTextHead, withTextRows, type ReadsTexts } from '../../models/byText';
import type { ClassTexts, TextRows, Model } from '../../models/model';
import { traceModel, type Trace } from '../../models/trace';
import { defined } from '../../numbers/defined';
import type { MethodConfig } from '../field';
import { ConfigError } from '../fields';
import type { Method } from '../method';

/** Tokens of a name that is not known yet. */
const NAME = [0, 0];

/** The blocks of all towers of a model, in whatever form it is. */
export function towersOf(model: Model): Trace['blocks'] {
  const known = towers.get(model) ?? traceModel(model.whole?.() ?? model).blocks;
  towers.set(model, known);
  return known;
}
const towers = new WeakMap<Model, Trace['blocks']>();

/** Reason that a method that puts tokens into sequences cannot be on a model; null if it can. */
export function placeless({ fields: { title }, prompts }: Method, model: Model): string | null {
  if (!prompts) return null;
  if (prompts.texts && !(model.text && readsTexts(model))) return `${title} trains what stands around the names of classes, for which a model needs a text tower, as CLIP has; models of the family ${model.family} have none.`;
  if (prompts.texts && model.pairs) return `${title} learns from the classes of single images, not from pairs of images and texts; choose cross_entropy as the loss.`;
  return towersOf(model).image.length ? null : `${title} puts tokens into sequences, for which models of the family ${model.family} have no place.`;
}

/** The model as a method has it: with the classes' texts inside where it trains them. Throws ConfigError where it has no place for the method. */
export function modelFor(method: Method, c: MethodConfig, model: Model): Model {
  const why = placeless(method, model);
  if (why) throw new ConfigError(why);
  const { texts } = method.prompts ?? {};
  if (texts) return withTextRows(model as ReadsTexts, checked(texts.rows(c, model.classTexts ?? unknownTexts(model)), model));
  // In the form that another method asked for.
  return model.textRows ? withTextHead(model, model.labels) : model;
}

/** Vectors that there is room for around the longest name. */
export function contextRoom({ text, classTexts, labels }: Model): number {
  const names = classTexts?.names ?? labels.map(() => NAME);
  return text!.max_tokens - AROUND - names.reduce((most, { length }) => Math.max(most, length), 0);
}
/** Start and end of a text, and the full stop. */
const AROUND = 3;

/** Texts of classes whose names no tokenizer has seen: for plans and counts. */
const unknownTexts = ({ labels }: Model): ClassTexts => ({ names: labels.map(() => NAME), start: 0, end: 0, stop: [0], pad: 0, words: [] });

/** Throws ConfigError of a text that is too long for the model. */
function checked(rows: TextRows, { text, labels }: Model): TextRows {
  const most = text!.max_tokens;
  const long = rows.ends.findIndex((end) => end >= most);
  if (long >= 0) throw new ConfigError(`The text of the class ${defined(labels[long])} would have ${defined(rows.ends[long]) + 1} tokens with its context; this model reads at most ${most}. Train a shorter context, or rename the class.`);
  return rows;
}
