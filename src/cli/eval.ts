import { limited } from '../data/limit';
import { twoTowers } from '../models/byText';
import { isTextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { openByText } from '../tasks/byText';
import { evaluate } from '../train/evaluate';
import { ImageFeed } from '../train/images';
import { openModel, type LoadedModel } from '../train/openModel';
import { programOptions } from '../train/plan';
import type { Evaluation } from '../train/protocol';
import { scoresOf } from '../train/scores.meta';
import { evaluateByText } from '../train/zeroShot';
import { openAdapterSized } from './adapter';
import { table, UsageError, wholeFrom, type Command, type Given } from './command';
import { evaluationFlags, evaluationSettings, labelPlaces, limitRule, limitsFrom, openForEvaluation, withEvaluation } from './evaluator';
import { evalGenerated, generatedFlags, refuseGenerated } from './evalGenerated';
import { modelTree, openData } from './files';
import { withDevice } from './gpu';
import { namesReadBy, partsOf } from './head';
import { readTemplates } from './templates';
import { continuationFlags, evaluateTexts, scoresText, textFlags } from './texts';

export const command: Command = {
  help: 'measures accuracy, loss and confusions of a model on a data set; or, of generated texts, how near they are to the answers',
  examples: ['--model vit-nano --data fashion-mnist --adapter runs/lora'],
  computes: true,
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name or a folder.' },
    { name: 'adapter', kind: 'text', value: 'FOLDER', help: 'A saved adapter.' },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Data set: a built-in name or a folder.' },
    { name: 'templates', kind: 'text', value: 'FILE|TEXT', help: 'CLIP: classifies by texts with {} for the class, one per line or separated by |. Without an adapter this is zero-shot.' },
    { name: 'split', kind: 'choice', choices: ['test', 'train'], default: 'test', help: 'Images to measure on.' },
    { name: 'limit', kind: 'integer', help: 'Largest number of images to measure on; --limit-rule says which.' },
    ...textFlags,
    ...continuationFlags,
    ...generatedFlags,
    ...evaluationFlags,
  ],
  async run(given, say) {
    const split = given.split ?? 'test';
    if (split !== 'test' && split !== 'train') throw new UsageError(`--split is ${JSON.stringify(split)}; it must be test or train`);
    const limit = wholeFrom(given, 'limit', 1, 1e9) ?? limitsFrom(given)[split];
    refuseGenerated(given);
    const model = await openModel(await modelTree(String(given.model)));
    if (given.generate) return evalGenerated(given, model, split, limit, say);
    if (isTextModel(model.net)) return evalTexts(given, model, split, limit, say);
    const reads = given.adapter !== undefined && (await namesReadBy(String(given.adapter))) !== null;
    const parts = given.adapter === undefined || reads ? null : await partsOf(String(given.adapter), model.net);
    const byText = !reads && (given.templates !== undefined || (model.tokenizer && !parts?.classifier && (parts || !model.source.has(`${model.net.head}.weight`))));
    if (byText) return evalByText(given, model, { split, limit, parts }, say);
    const data = await openData(String(given.data));
    const opened = await openForEvaluation(given, say, model, data.classes);
    const { adapted } = opened;
    const labels = labelPlaces(adapted.model.labels, data, say);
    const images = limited(data[split], limit, limitRule(given));
    const mapped = { ...images, labels: Uint16Array.from(images.labels, (l) => defined(labels[l])) };
    const evaluation = await withEvaluation(opened, given, images.count, (machine, programs) => {
      const feed = new ImageFeed(mapped, model.preprocess, adapted.model.image_size, null);
      return evaluate(machine, programs, feed, images.count, adapted.model.num_labels, { step: 0, split });
    }, images.count);
    return report(given, evaluation, adapted.model.labels, say);
  },
};

/** A model of texts on a set of them. */
async function evalTexts(given: Given, model: LoadedModel, split: 'test' | 'train', limit: number, say: (line: string) => void) {
  const { evaluation, labels } = await evaluateTexts(given, model, split, limit, say);
  const { loss, accuracy, count, per_class, confusion, scores } = evaluation;
  say(`${split} ${scoresText(evaluation)}  loss ${loss.toFixed(4)}  (${count} texts)`);
  return { model: String(given.model), data: String(given.data), split, loss, accuracy, ...scores, count, labels, per_class, confusion };
}

/** A CLIP by the texts of the data's classes: zero-shot, or with an adapter that was trained under such texts. */
async function evalByText(given: Given, model: LoadedModel, { split, limit, parts }: { split: 'test' | 'train'; limit: number; parts: { text: boolean } | null }, say: (line: string) => void) {
  const train = evaluationSettings(given);
  const asked = wholeFrom(given, 'image_size', 1, 4096);
  const data = await openData(String(given.data));
  const { prompts, net } = await openByText(model, data.classes, given.templates === undefined ? train.templates : readTemplates(String(given.templates)));
  const towers = parts?.text ? twoTowers(model.net, { tokens: prompts.tokens, labels: data.classes }) : net;
  const adapter = parts ? await openAdapterSized(model, towers, { adapter: given.adapter! }, say, asked) : undefined;
  const images = limited(data[split], limit, limitRule(given));
  const evaluation = await withDevice((device) => evaluateByText(device, { model, prompts, images, split, options: programOptions(train, device.report), adapter, image_size: asked }));
  say(`${adapter ? 'classes by text' : 'zero-shot'}, ${prompts.templates.length} prompt template${prompts.templates.length === 1 ? '' : 's'}`);
  return { ...report(given, evaluation, data.classes, say), zero_shot: !adapter, templates: prompts.templates };
}

function report(given: Given, evaluation: Evaluation, labels: string[], say: (line: string) => void) {
  const { split } = evaluation;
  const scores = scoresOf(evaluation);
  say(`${split} accuracy ${(100 * evaluation.accuracy).toFixed(2)} %${scores ? `, balanced ${(100 * scores.balanced_accuracy).toFixed(2)} %, macro-F1 ${(100 * scores.macro_f1).toFixed(2)} %` : ''}, loss ${evaluation.loss.toFixed(4)}, ${evaluation.count} images`);
  table([['class', 'images', 'right', 'accuracy %'], ...labels.map((name, c) => {
    const row = defined(evaluation.confusion[c]);
    return [name, row.reduce((a, b) => a + b, 0), defined(row[c]), Number.isNaN(defined(evaluation.per_class[c])) ? '-' : (100 * defined(evaluation.per_class[c])).toFixed(1)];
  })]).slice(0, 101).forEach(say);
  const { loss, accuracy, count, per_class, confusion } = evaluation;
  return { model: String(given.model), data: String(given.data), split, loss, accuracy, ...scores, count, labels, per_class, confusion };
}
