import { methods } from '../adapters';
import { methodFields } from '../adapters/fields';
import type { RunRecord } from '../train/protocol';
import { scoresOf } from '../train/scores.meta';
import { extentScale, linearScale } from '../figures/scale';
import { formatShort } from '../language/format';
import { intervalOf } from '../figures/interval';
import { frontMatter, plain } from '../export/cardText';
import { defined } from '../numbers/defined';
import { chart } from './report/chart';
import { style } from './report/style';
import { secondsOf, testOf } from './runs';

/** The picture that the card shows, beside it. */
export const CURVES = 'curves.svg';

const percent = (share: number): string => (100 * share).toFixed(1);
const count = (n: number): string => n.toLocaleString('en-US');

/** Training and results of a run, as a part of a model card: data, accuracy with its interval, recipe, budget, memory, time, and the curve. */
export function trainingSection(run: RunRecord): string {
  const { spec, summary, classes = [] } = run;
  const { train } = spec;
  const test = testOf(run);
  const of = spec.text ? 'texts' : 'images';
  const scores = test && scoresOf(test);
  const plan = summary?.plan ?? run.plan;
  const { pearson } = test?.scores ?? {};
  const [low, high] = test ? intervalOf(test) : [NaN, NaN];
  const interval = (text: (value: number) => string, by: string) => `95 % interval ${text(low)} to ${text(high)} (${by}; of these ${of}, with one seed)`;
  const lr = run.curve.reduce((most, point) => Math.max(most, point.lr), train.lr);
  const recipe = [
    `${count(summary?.steps ?? run.curve.length)} steps of ${train.batch * train.accumulate} ${of}`,
    `AdamW, learning rate ${Number(lr.toPrecision(3))}${train.head_lr ? ` (head ${train.head_lr})` : ''}, ${train.schedule}, weight decay ${train.weight_decay}`,
    ...(train.shots ? [`${train.shots} ${of} of each class`] : []),
    ...(train.crop || train.flip ? [`random ${[train.crop && 'crops', train.flip && 'flips'].filter(Boolean).join(' and ')}`] : []),
    ...(train.frozen_dtype === 'f32' ? [] : [`frozen weights as ${train.frozen_dtype}`]),
    `seed ${train.seed}`,
  ];
  const device = summary?.device;
  const rows: [name: string, value: string | false | null | undefined][] = [
    ['data', `${run.data_title ?? spec.data}${classes.length ? `, ${classes.length} classes` : ''}`],
    ['test accuracy', test && pearson === undefined && `${percent(test.accuracy)} % on ${count(test.count)} ${of}, ${interval(percent, 'Wilson')}`],
    ['test correlation (Pearson)', test && pearson !== undefined && `${pearson.toFixed(3)} on ${count(test.count)} ${of}, ${interval((r) => r.toFixed(3), 'Fisher')}`],
    ['test perplexity', test?.scores?.perplexity !== undefined && test.scores.perplexity.toPrecision(4)],
    ['test choices right', test?.scores?.choice_accuracy !== undefined && `${percent(test.scores.choice_accuracy)} %, by the letter ${percent(test.scores.choice_accuracy_norm!)} %`],
    ['balanced accuracy, macro-F1', scores && `${percent(scores.balanced_accuracy)} %, ${percent(scores.macro_f1)} %`],
    ['recipe', recipe.join('; ')],
    ['trained parameters', plan && `${count(plan.adapter_parameters)} and ${count(plan.head_parameters)} in the head`],
    ['memory', plan && `${(plan.total_bytes / 2 ** 20).toFixed(1)} MiB, planned to the byte before the first step`],
    ['trained on', device && `${[device.vendor, device.description].filter(Boolean).join(' ') || 'WebGPU'}, ${secondsOf(run).toFixed(0)} s`],
  ];
  return `## How it was trained

| | |
|---|---|
${rows.flatMap(([name, value]) => (value ? [`| ${name} | ${plain(value)} |`] : [])).join('\n')}
${run.curve.length > 1 ? `\n![Loss on the training ${of}, step by step](${CURVES})\n` : ''}`;
}

/** The training loss of a run as a picture that is complete in itself; null for a run without a curve. */
export function curvesSvg({ curve, spec: { method } }: RunRecord): string | null {
  if (curve.length < 2) return null;
  const y = curve.map(({ loss }) => loss);
  const title = methodFields[method.method]?.title ?? method.method;
  const drawn = chart({
    title, summary: `Training loss of ${title} over ${curve.length} steps`, xLabel: 'step', yLabel: 'loss', sx: extentScale(curve.at(-1)!.step), sy: linearScale(0, y.filter(Number.isFinite).reduce((most, loss) => Math.max(most, loss), 0)), tickX: formatShort, tickY: String,
    lines: [{ method: method.method, label: title, x: curve.map(({ step }) => step), y, marks: false, named: true }],
  });
  const svg = /<svg [^]*<\/svg>/.exec(drawn.text)![0];
  return svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ').replace('>', `><style>${style.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll('<', '&lt;')}</style>`);
}

/** The card of a run's own folder, which brings none. */
export function runCard(run: RunRecord): string {
  const { method, model } = run.spec;
  const title = methodFields[method.method]?.title ?? method.method;
  const peft = Object.hasOwn(methods, method.method) && defined(methods[method.method]).codecs?.some((codec) => codec.peft);
  return `${frontMatter(model, method.method, peft ? 'peft' : 'fullrank')}\n\n# ${title} on ${plain(run.data_title ?? run.spec.data)}\n\nMade with Fullrank, which opens this folder.\n\n${trainingSection(run)}`;
}
