import { listImages } from '../data/images';
import { decodeImage } from '../data/decode.node';
import { Recorder } from '../engine/record';
import { plainText } from '../errors/text';
import { classifying, predict, type Predictor } from '../train/predict';
import { predictionsCsv } from '../train/predictionsCsv';
import { isTextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { openModel, type LoadedModel } from '../train/openModel';
import type { Prediction } from '../train/protocol';
import { recordLook } from '../train/rollout';
import { wholeFrom, type Command, type Given } from './command';
import { evaluationFlags, limitRule, limitsFrom, openForEvaluation, withEvaluation, withPrograms } from './evaluator';
import { dataTree, modelTree, writeWhole } from './files';
import { predictTexts, textPredictionsCsv } from './predictTexts';
import { textFlags } from './texts';

export const command: Command = {
  help: 'classifies the images in a folder or zip and writes a CSV; labels are not needed',
  examples: ['--model vit-nano --adapter runs/lora --data photos --out predictions.csv'],
  computes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    { name: 'data', kind: 'text', value: 'FOLDER|ZIP', required: true, help: 'Images: a folder with its subfolders, a zip, or any data set; of a model of texts, a table of them.' },
    { name: 'out', kind: 'text', value: 'FILE.csv', writes: 'file', required: true, help: 'File to write: file_name, prediction, probability, the next classes, and error.' },
    { name: 'attention', kind: 'text', value: 'FILE.json', writes: 'file', help: 'Also write where the model looks (attention rollout): a grid of patches for each image that sums to one.' },
    { name: 'top_k', kind: 'integer', default: 5, help: 'Number of likeliest classes for each image.' },
    ...textFlags,
    ...evaluationFlags,
  ],
  async run(given, say) {
    const loaded = await openModel(await modelTree(String(given.model)));
    if (isTextModel(loaded.net)) return predictTable(given, loaded, say);
    const opened = await openForEvaluation(given, say, loaded);
    const { labels, image_size } = opened.adapted.model;
    const topK = Math.min(wholeFrom(given, 'top_k', 1, 65_535) ?? 5, labels.length);
    const images = await listImages(await dataTree(String(given.data)), decodeImage, { most: limitsFrom(given), rule: limitRule(given) });
    const predictor = { labels, image_size, preprocess: opened.model.preprocess, net: opened.adapted.model };
    const work = (machine: Predictor['machine'], programs: Predictor['programs']) => predict({ ...predictor, machine, programs }, images, topK);
    const predictions = given.attention === undefined ? await withEvaluation(opened, given, images.count, (machine, programs) => work(machine, classifying(programs))) : await withPrograms(opened, given, images.count, recordLooks, work);
    if (given.attention !== undefined) await writeWhole(String(given.attention), attentionJson(String(given.model), given.adapter, predictions));
    await writeWhole(String(given.out), predictionsCsv(predictions, topK));
    const unreadable = predictions.filter((p) => p.error !== '');
    say(`${predictions.length} images, ${String(given.out)}`);
    if (unreadable.length > 0) say(`warning: ${unreadable.length} could not be read, the first: ${defined(unreadable[0]).error}`);
    return { model: String(given.model), data: String(given.data), out: String(given.out), count: predictions.length, unreadable: unreadable.length, labels, predictions };
  },
};

/** Writes a text model's predictions for the texts of a table. */
async function predictTable(given: Given, model: LoadedModel, say: (line: string) => void) {
  const topK = Math.min(wholeFrom(given, 'top_k', 1, 65_535) ?? 5, model.net.num_labels);
  const { labels, predictions } = await predictTexts(given, model, topK, say);
  await writeWhole(String(given.out), textPredictionsCsv(predictions, topK));
  say(`${predictions.length} texts, ${String(given.out)}`);
  return { model: String(given.model), data: String(given.data), out: String(given.out), count: predictions.length, labels, predictions };
}

function recordLooks(...[adapted, options]: Parameters<Parameters<typeof withPrograms>[3]>) {
  const rec = new Recorder(options);
  return { rec, ...recordLook(rec, adapted, options, options.batch, true) };
}

/** Maps as JSON: `weights` are `rows` lists of `cols` numbers that sum to one, `share` is what of the whole lies on patches. */
function attentionJson(model: string, adapter: unknown, predictions: Prediction[]): string {
  const images = predictions.flatMap(({ name, top, attention }) => {
    if (!attention) return [];
    const { rows, cols, share } = attention;
    const weights = Array.from({ length: rows }, (_, y) => attention.weights.slice(y * cols, (y + 1) * cols).map((v) => Number(v.toPrecision(6))));
    return [{ file_name: name, prediction: top[0]?.label ?? '', rows, cols, share: Number(share.toPrecision(6)), weights }];
  });
  return `${JSON.stringify({ what: 'attention rollout (arXiv 2005.00928)', model, ...(adapter === undefined ? {} : { adapter: plainText(adapter) }), images })}\n`;
}
