import { DataError, type Dataset } from '../data/source';
import { subset } from '../data/split';
import { evaluate } from '../train/evaluate';
import { ImageFeed } from '../train/images';
import { table, UsageError, wholeFrom, type Command } from './command';
import { evaluationFlags, openForEvaluation, withEvaluation } from './evaluator';
import { openData } from './files';

export const command: Command = {
  help: 'top-1 accuracy, loss and confusion counts of a model on a data set',
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Data set: a built-in name or a folder.' },
    { name: 'split', kind: 'choice', choices: ['test', 'train'], default: 'test', help: 'Images to measure on.' },
    { name: 'limit', kind: 'integer', help: 'First images only.' },
    ...evaluationFlags,
  ],
  async run(given, say) {
    const split = given.split ?? 'test';
    if (split !== 'test' && split !== 'train') throw new UsageError(`--split is ${JSON.stringify(split)}; it must be test or train`);
    const limit = wholeFrom(given, 'limit', 1, 1e9) ?? Infinity;
    const opened = await openForEvaluation(given, say);
    const { adapted, model } = opened;
    const data = await openData(String(given.data));
    const labels = labelMap(adapted.model.labels, data, say);
    const all = split === 'test' ? data.test : data.train;
    const images = subset(all, Array.from({ length: Math.min(all.count, limit) }, (_, i) => i));
    const mapped = { ...images, labels: Uint16Array.from(images.labels, (l) => labels[l]!) };
    const evaluation = await withEvaluation(opened, given, images.count, (machine, programs) => {
      const feed = new ImageFeed(mapped, model.preprocess, adapted.model.image_size, null);
      return evaluate(machine, programs, feed, images.count, adapted.model.num_labels, { step: 0, split });
    });
    say(`${split} accuracy ${(100 * evaluation.accuracy).toFixed(2)} %, loss ${evaluation.loss.toFixed(4)}, ${evaluation.count} images`);
    table([['class', 'images', 'right', 'accuracy %'], ...adapted.model.labels.map((name, c) => {
      const row = evaluation.confusion[c]!;
      return [name, row.reduce((a, b) => a + b, 0), row[c]!, Number.isNaN(evaluation.per_class[c]!) ? '-' : (100 * evaluation.per_class[c]!).toFixed(1)];
    })]).slice(0, 101).forEach(say);
    const { loss, accuracy, count, per_class, confusion } = evaluation;
    return { model: String(given.model), data: String(given.data), split, loss, accuracy, count, labels: adapted.model.labels, per_class, confusion };
  },
};

/** Output of the model for each class of the data: by name where all names are known to it, else in order. */
function labelMap(labels: string[], data: Dataset, say: (line: string) => void): number[] {
  const byName = data.classes.map((name) => labels.indexOf(name));
  if (byName.every((i) => i >= 0)) return byName;
  if (labels.length !== data.classes.length) {
    throw new DataError(`the model tells ${labels.length} classes apart and ${data.title} has ${data.classes.length} of other names; give an --adapter trained on it.`);
  }
  say('warning: the names of the classes differ from the model\'s; they are taken in order.');
  return data.classes.map((_, i) => i);
}
