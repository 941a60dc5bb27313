import { recorder } from '../engine/record';
import { rowsOf } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { crossEntropy } from '../ops/crossEntropy';
import { classify } from './classes';
import type { Objective, Task } from './task';
import { textObjective } from './texts';

/** Texts and a class for each of their tokens: the mean over the tokens of a step that have one. */
const objective: Objective = {
  ...textObjective('tokens', null, ({ language }, rows) => ({ shape: [rows, language.tokens], dtype: 'u32' })),
  loss(outputs, { labels }, smoothing, part) {
    const rec = recorder();
    const flat = [rowsOf(outputs), outputs.shape.at(-1)!];
    const { rows, dlogits } = crossEntropy(rec.view(outputs, flat), rec.view(labels!, [defined(flat[0])]), smoothing, part);
    return { rows, dout: dlogits && rec.view(dlogits, outputs.shape) };
  },
  counted: ({ labels }, { num_labels }) => Array.from(labels!).filter((label) => label < num_labels).length,
  judge(rows, of) {
    const kept = Array.from({ length: rows.length / 4 }, (_, i) => i).filter((i) => rows[4 * i + 2] === 1);
    return classify.judge(Float32Array.from(kept.flatMap((i) => [...rows.subarray(4 * i, 4 * i + 4)])), { labels: kept.map((i) => defined(of.labels[i])), classes: of.classes });
  },
};

/** A head on every token. */
export const tokenClassification: Task = {
  objective,
  takes: ({ model, train }) => objective.fits(model.net, train.loss),
  open: async ({ model: { net }, classes, ownHead }) => ({ model: ownHead ? net : net.with({ labels: classes }), knows: false, values: async () => ({}) }),
};
