import { DataError, type Dataset } from '../data/source';
import { subset } from '../data/split';
import { Machine } from '../engine/machine';
import { loadWeights, upload } from '../models/load';
import { evaluate } from '../train/evaluate';
import { ImageFeed } from '../train/images';
import { openModel } from '../train/openModel';
import { programOptions } from '../train/plan';
import { completeTrain } from '../train/config';
import { recordEvaluation } from '../train/programs';
import { openAdapter } from './adapter';
import { table, UsageError, wholeFrom, type Command } from './command';
import { modelTree, openData } from './files';
import { withDevice } from './gpu';

export const command: Command = {
  help: 'top-1 accuracy, loss and confusion counts of a model on a data set',
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Data set: a built-in name or a folder.' },
    { name: 'split', kind: 'choice', choices: ['test', 'train'], default: 'test', help: 'Images to measure on.' },
    { name: 'limit', kind: 'integer', help: 'First images only.' },
    { name: 'batch', kind: 'integer', default: 32, help: 'Images per batch.' },
    { name: 'image_size', kind: 'integer', help: 'Input size in pixels; the adapter\'s, else the checkpoint\'s, when left out.' },
    { name: 'frozen_dtype', kind: 'choice', choices: ['f32', 'f16'], default: 'f32', help: 'Storage of the weights.' },
  ],
  async run(given, say) {
    const split = given.split ?? 'test';
    if (split !== 'test' && split !== 'train') throw new UsageError(`--split is ${JSON.stringify(split)}; it must be test or train`);
    const train = completeTrain({ batch: wholeFrom(given, 'batch', 1, 4096) ?? 32, ...(given.frozen_dtype === undefined ? {} : { frozen_dtype: given.frozen_dtype as 'f32' }) });
    const limit = wholeFrom(given, 'limit', 1, 1e9) ?? Infinity;
    const model = await openModel(await modelTree(String(given.model)));
    const asked = wholeFrom(given, 'image_size', 1, 4096);
    const open = async (size: number | undefined) => openAdapter(model, size ? model.vision.with({ image_size: size }) : model.vision, given.adapter === undefined ? { method: 'linear_probe' } : { adapter: given.adapter }, say);
    let opened = await open(asked);
    if (!asked && opened.image_size && opened.image_size !== model.vision.image_size) opened = await open(opened.image_size);
    const { adapted, values } = opened;
    const data = await openData(String(given.data));
    const labels = labelMap(adapted.model.labels, data, say);
    const all = split === 'test' ? data.test : data.train;
    const images = subset(all, Array.from({ length: Math.min(all.count, limit) }, (_, i) => i));
    const mapped = { ...images, labels: Uint16Array.from(images.labels, (l) => labels[l]!) };
    const batch = Math.min(train.batch, images.count);
    const evaluation = await withDevice(async (device) => {
      const programs = recordEvaluation(adapted, { ...programOptions(train, device.report), batch });
      const machine = await Machine.build(device, programs.rec);
      try {
        await loadWeights(machine, programs.rec, adapted.trace, model.source, new Set(Object.keys(values)));
        for (const [label, value] of Object.entries(values)) {
          const t = programs.rec.find(label);
          if (t && machine.has(t)) upload(machine, t, value);
        }
        const feed = new ImageFeed(mapped, model.preprocess, adapted.model.image_size, null);
        return await evaluate(machine, programs, feed, images.count, adapted.model.num_labels, { step: 0, split });
      } finally {
        machine.destroy();
      }
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
