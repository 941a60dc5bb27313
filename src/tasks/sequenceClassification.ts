import { defined } from '../numbers/defined';
import { isAbove } from '../numbers/order';
import { pointwiseLoss } from '../ops/pointwiseLoss';
import { classify } from './classes';
import { f1, matthews, pearson, spearman } from './metrics.meta';
import type { Objective, Task, Verdict } from './task';
import { textObjective } from './texts';

/** Texts, or pairs of texts, and their classes: softmax cross entropy of what the head says of the first token. */
const texts: Objective = {
  ...textObjective('text', 'single_label_classification', (_, rows) => ({ shape: [rows], dtype: 'u32' })),
  loss: (outputs, batch, smoothing, part) => classify.loss(outputs, batch, smoothing, part),
  weighs: true,
  judge(rows, of) {
    const verdict = classify.judge(rows, of);
    return { ...verdict, scores: { ...(of.classes === 2 && { f1: f1(verdict.confusion) }), matthews: matthews(verdict.confusion) } };
  },
};

/** Texts and a number for each: the mean of the squared errors. */
const numbers: Objective = {
  ...textObjective('text', 'regression', (model, rows) => ({ shape: [rows, model.num_labels], dtype: 'f32' })),
  loss(outputs, { labels }, _, part) {
    const { rows, dlogits } = pointwiseLoss(outputs, labels!, false, part);
    return { rows, dout: dlogits };
  },
  judge(rows, { labels }) {
    const predicted = Float64Array.from({ length: rows.length / 4 }, (_, i) => defined(rows[4 * i + 3]));
    return { ...noClasses(rows), scores: { pearson: pearson(predicted, labels), spearman: spearman(predicted, labels) } };
  },
  says: (logits) => ({ top: [], number: defined(logits[0]) }),
  better: (than, found) => isAbove(found.scores?.pearson, than.scores?.pearson),
};

/** Texts that may have several labels at once: a yes or no for each. Right is a text that has them all right. */
const several: Objective = {
  ...textObjective('text', 'multi_label_classification', (model, rows) => ({ shape: [rows, model.num_labels], dtype: 'f32' })),
  loss(outputs, { labels }, _, part) {
    const { rows, dlogits } = pointwiseLoss(outputs, labels!, true, part);
    return { rows, dout: dlogits };
  },
  judge: (rows) => noClasses(rows),
  says(logits, labels, topK) {
    const all = labels.map((label, c) => ({ label, probability: 1 / (1 + Math.exp(-defined(logits[c]))) })).sort((a, b) => b.probability - a.probability);
    return { top: all.filter(({ probability }) => probability > 0.5).slice(0, topK) };
  },
};

/** Loss, and the share of rows that are right, of what has no one class. */
function noClasses(rows: Float32Array): Verdict {
  const count = rows.length / 4;
  let [loss, right] = [0, 0];
  for (let i = 0; i < count; i++) [loss, right] = [loss + defined(rows[4 * i]), right + defined(rows[4 * i + 1])];
  return { loss: loss / count, accuracy: right / count, per_class: [], confusion: [] };
}

/** A head on the text, the checkpoint's own or a new one. */
const task = (objective: Objective): Task => ({
  objective,
  takes: ({ model, train }) => objective.fits(model.net, train.loss),
  open: async ({ model: { net }, classes, ownHead }) => ({ model: ownHead ? net : net.with({ labels: classes }), knows: false, values: async () => ({}) }),
});

export const [sequenceClassification, sequenceRegression, sequenceLabels] = [texts, numbers, several].map(task) as [Task, Task, Task];

