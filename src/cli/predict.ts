import { listImages } from '../data/images';
import { decodeImage } from '../data/decode.node';
import { predict, predictionsCsv } from '../train/predict';
import { wholeFrom, type Command } from './command';
import { evaluationFlags, openForEvaluation, withEvaluation } from './evaluator';
import { dataTree, writeWhole } from './files';

export const command: Command = {
  help: 'classes of the images in a folder or zip, as CSV; labels are not needed',
  computes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    { name: 'data', kind: 'text', value: 'FOLDER|ZIP', required: true, help: 'Images: a folder (with all below), a zip, or any data set.' },
    { name: 'out', kind: 'text', value: 'FILE.csv', required: true, help: 'file_name, prediction, probability, the next classes, and error.' },
    { name: 'top_k', kind: 'integer', default: 5, help: 'Likeliest classes of each image.' },
    ...evaluationFlags,
  ],
  async run(given, say) {
    const opened = await openForEvaluation(given, say);
    const { labels, image_size } = opened.adapted.model;
    const topK = Math.min(wholeFrom(given, 'top_k', 1, 65_535) ?? 5, labels.length);
    const images = await listImages(await dataTree(String(given.data)), decodeImage);
    const predictions = await withEvaluation(opened, given, images.count, (machine, programs) =>
      predict({ machine, programs, labels, image_size, preprocess: opened.model.preprocess }, images, topK),
    );
    await writeWhole(String(given.out), predictionsCsv(predictions, topK));
    const unreadable = predictions.filter((p) => p.error !== '');
    say(`${predictions.length} images, ${String(given.out)}`);
    if (unreadable.length > 0) say(`warning: ${unreadable.length} could not be read, the first: ${unreadable[0]!.error}`);
    return { model: String(given.model), data: String(given.data), out: String(given.out), count: predictions.length, unreadable: unreadable.length, labels, predictions };
  },
};
