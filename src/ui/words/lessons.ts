import type { Plan } from '../../train/protocol';
import { formatCount, formatMiB, formatPercent } from '../format';
import type { LessonName } from '../lessons/names';
import { methodLook } from '../methods';
import { differenceOf, rank } from '../store/findings';
import type { Group } from '../store/seedGroups';
import type { Landscape } from '../../train/analysis.meta';
import { listOf, meanText, rankingText } from './recorded';
import * as walk from './walk';

/** What a sentence of a lesson may be made of. */
export interface Facts {
  groups: readonly Group[];
  /** Plans of the selected methods, by method. */
  plans: Readonly<Record<string, Plan>>;
  landscape: Landscape | null;
}

/** A sentence of the landscape at hand, as one of a part. */
const of = (say: (made: Landscape) => string) => ({ landscape }: Facts): string => (landscape ? say(landscape) : '');

const titleOf = (group: Group): string => `${methodLook(group.method).title}${group.setting ? ` ${group.setting}` : ''}`;
const byParameters = (groups: readonly Group[], method: string): Group[] => groups.filter((group) => group.method === method).sort((a, b) => a.parameters - b.parameters);
const times = (a: number, b: number): string => {
  const factor = a / b;
  return factor >= 10 ? formatCount(factor) : String(Number(factor.toPrecision(2)));
};
const points = (share: number): string => `${formatPercent(Math.abs(share))} points ${share < 0 ? 'less' : 'more'}`;

/** The difference of two groups as far as their seeds decide it. */
function compared(from: Group, to: Group): string {
  const { points: by, apart } = differenceOf(from, to);
  const what = `${titleOf(from)} ${meanText(from)}\u00a0%, ${titleOf(to)} ${meanText(to)}\u00a0%: ${points(by)}`;
  if (apart === null) return `${what}. One seed cannot tell whether that is chance.`;
  return apart ? `${what}, and the 95 % intervals part.` : `${what}, but the 95 % intervals overlap: not distinguishable.`;
}

/** What more parameters bring a method, from its smallest to its largest setting at hand; empty with one setting. */
function growth(groups: readonly Group[], method: string): string {
  const own = byParameters(groups, method);
  if (own.length < 2) return '';
  const [first, last] = [own[0], own[own.length - 1]];
  return `With ${times(last.parameters, first.parameters)} times the parameters: ${compared(first, last)}`;
}

/** LoRA and RandLoRA where their counts are nearest to one another. */
function nearestPair(groups: readonly Group[]): [Group, Group] | null {
  let best: [Group, Group] | null = null;
  const gap = ([a, b]: [Group, Group]) => Math.abs(Math.log(a.parameters / b.parameters));
  for (const a of byParameters(groups, 'lora')) for (const b of byParameters(groups, 'randlora')) if (!best || gap([a, b]) < gap(best)) best = [a, b];
  return best;
}

function equalCounts({ groups }: Facts): string {
  const pair = nearestPair(groups);
  return pair ? `At about the same count (${formatCount(pair[0].parameters)} and ${formatCount(pair[1].parameters)}): ${compared(...pair)}` : '';
}

const ranked = ({ groups }: Facts): string => {
  const all = rank(groups);
  return all ? rankingText(all) : '';
};

const planned = (plans: Facts['plans']): [string, Plan][] => Object.entries(plans);

function optimizer({ plans }: Facts): string {
  const all = planned(plans);
  if (all.length === 0) return '';
  const say = ([method, plan]: [string, Plan]) => `${methodLook(method).title} ${formatMiB(plan.bytes.state ?? 0)} MiB for ${formatCount(plan.trainable_parameters)}`;
  return `Adam keeps two numbers for each trainable parameter: ${listOf(all.map(say))}.`;
}

function activations({ plans }: Facts): string {
  const shares = planned(plans).map(([, plan]) => (plan.bytes.temp ?? 0) / plan.total_bytes);
  if (shares.length === 0) return '';
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  return `Activations are ${formatCount(100 * low)}${high - low > 0.01 ? ` to ${formatCount(100 * high)}` : ''} % of the plan here, whatever the method.`;
}

function spread({ plans }: Facts): string {
  const all = planned(plans).sort(([, a], [, b]) => a.total_bytes - b.total_bytes);
  if (all.length < 2) return '';
  const [[least, small], [most, large]] = [all[0], all[all.length - 1]];
  return `From ${methodLook(least).title}, ${formatMiB(small.total_bytes)} MiB, to ${methodLook(most).title}, ${formatMiB(large.total_bytes)} MiB: the method decides over ${formatCount(100 * (1 - small.total_bytes / large.total_bytes))} % of it.`;
}

/** Words of one part. Sentences about runs are functions of them; an empty one says nothing. */
export interface PartWords {
  title: string;
  text: string[];
  /** Made of the runs or plans at hand, with their uncertainty. */
  found: ((facts: Facts) => string)[];
  /** Figures of the RandLoRA paper, and always marked so. */
  paper?: string;
  ask?: string;
  /** Of the button that prepares settings. */
  prepare?: string;
}

export const lessonWords = {
  intro: 'Each is an experiment that runs here, with the text beside it. What it finds is computed from the runs at hand.',
  parts: (count: number): string => `${count} parts`,
  open: 'Open',
  openOf: (title: string): string => `Open ${title}`,
  present: 'Present the charts',
  presentHint: 'One chart at a time in sizes for a projector. Arrow keys move on, Escape leaves.',
  larger: 'Projector sizes',
  leave: 'Leave',
  back: 'Back',
  next: 'Next',
  part: (part: number, parts: number): string => `${part} of ${parts}`,
  progress: (part: number, parts: number): string => `Part ${part} of ${parts}`,
  lesson: 'Lesson text',
  found: 'Found here',
  paper: 'From the paper',
  cited: 'RandLoRA, arXiv 2502.00987',
  whose: { own: 'Your runs', recorded: 'Recorded runs', none: 'No runs yet' },
  /** Where a chart that is not made of groups of runs comes from. */
  source: { memory: 'Planned here', loss: 'Runs on the chosen data', plane: 'Measured here', paths: 'Measured here', between: 'Measured here' } as Partial<Record<string, string>>,
  train: (runs: number): string => `Train it here, ${runs} runs`,
  running: 'The runs are in the queue. The chart grows with each that ends.',
  empty: 'Nothing was trained for this part yet. Its points appear here with the first run that ends.',
  planning: 'Planning every method.',
  walk: {
    empty: 'The plane appears here when three runs have been trained and the points between them measured. The button beside it does both.',
    noLines: 'The straight lines between the runs have not been measured yet.',
    grid: 'Points of the plane',
    grids: (side: number): string => (side === 25 ? '25 × 25, the paper’s' : `${side} × ${side}`),
    train: (methods: string): string => `Train ${methods}, then measure the plane`,
    measure: 'Measure the plane',
    again: 'Measure again',
    training: (done: number, runs: number, method: string): string => `${done} of ${runs} runs are trained${method ? `, ${method} is going on` : ''}. The plane is measured after the last.`,
    steps: (step: number, steps: number): string => `Step ${step} of ${steps}.`,
    cancel: 'Cancel',
    busy: 'Another run is going on. Begin when it has ended.',
    measuring: 'The plane is being measured, from coarse to fine.',
    failed: 'A run ended without trained weights, so the plane was not measured. The list of runs says why; the button tries again what is missing.',
  },
  grey: 'Colour is trained, grey is fixed.',
  charts: { parameters: 'Accuracy against trainable parameters', shots: 'Accuracy by pictures of a class' },
  axes: { parameters: 'adapter parameters', shots: 'training pictures of each class' },
  words: { parameters: (value: string) => `${value} adapter parameters`, shots: (value: string) => `${value} pictures of each class` },
  againstSummary: (ends: string): string => `Last values in percent: ${ends}.`,
  intervals: (seeds: number): string => (seeds > 1 ? `Means over ${seeds} seeds; upright lines are 95 % intervals of the mean.` : 'One seed each: without intervals, differences may be chance.'),
  alone: { loss: 'How fast each method learns', memory: 'What each method will take, to the byte' },
  drawings: {
    lora: 'LoRA: the update is a tall thin matrix B times a wide thin matrix A, both trained',
    randlora: 'RandLoRA: the update is a sum of products of fixed random matrices B and A, each scaled by two trained diagonals, Lambda and Gamma',
  },
  lessons: {
    rank: {
      title: 'What rank means',
      about: 'Two thin matrices, or many fixed ones: how much an update can say.',
      parts: [
        {
          title: 'An update of rank r',
          text: [
            'Fine-tuning adds an update ΔW to a weight matrix. LoRA writes it as a product of two thin matrices, B and A, with r columns and r rows. However it is trained, ΔW has no more than r independent directions: its rank is at most r.',
            'A larger r has more parameters and more directions at once. The points show what that brings here.',
          ],
          found: [({ groups }) => growth(groups, 'lora')],
          ask: 'How many directions can an update of a 128 × 128 matrix have at most?',
        },
        {
          title: 'Full rank with few parameters',
          text: [
            'RandLoRA adds up many products of fixed random matrices. It trains only two diagonals for each, which say how much of every direction is used. The sum has full rank although few numbers learn.',
            'Here LoRA and RandLoRA have about the same number of trainable parameters; what differs is the rank.',
          ],
          found: [equalCounts],
          paper: 'At the same count on CLIP ViT-B/32, RandLoRA held to rank r (its variant a) reaches 83.62 %, to half the rank (b) 85.32, of full rank 85.98; LoRA of rank 32 reaches 83.74.',
          ask: 'Which of the two would you expect to gain from more parameters?',
        },
        {
          title: 'All methods beside each other',
          text: ['The count on the horizontal axis is on a log scale. The linear probe adds nothing to the weights: it is the line that everything else has to be above.'],
          found: [ranked],
        },
      ],
    },
    'more-rank': {
      title: 'Why more rank stops helping',
      about: 'LoRA with more and more parameters, and RandLoRA with as many.',
      parts: [
        {
          title: 'LoRA from small to large',
          text: ['Each point is LoRA with another r. If parameters were all that counts, the line would go on rising. Watch where it stops, and whether the intervals allow to say so.'],
          found: [({ groups }) => growth(groups, 'lora')],
          paper: 'Over 22 data sets with CLIP ViT-B/32, more rank stops helping LoRA, while RandLoRA keeps gaining (figure 1).',
        },
        {
          title: 'RandLoRA with as many',
          text: ['RandLoRA spends its parameters on scaling fixed bases: a smaller r means more bases and more parameters, and the rank is full at every point.'],
          found: [({ groups }) => growth(groups, 'randlora'), equalCounts],
          paper: 'All data, mean of 22 sets, ViT-B/32: LoRA 82.2 %, RandLoRA 84.4, full fine-tuning 84.5. DINOv2 ViT-B/14: LoRA 90.4, RandLoRA 90.8, full 90.8. Where a model needs little change, LoRA is enough.',
        },
        {
          title: 'What these runs decide',
          text: ['Short runs and few seeds often cannot tell methods apart. That is a finding too. More seeds make the intervals shorter, more steps the differences larger.'],
          found: [ranked],
          ask: 'How many seeds would you add to decide it?',
        },
      ],
    },
    'few-shots': {
      title: 'Few shots',
      about: 'Two pictures of each class, or sixteen: who copes best with little.',
      parts: [
        {
          title: 'With little to learn from',
          text: ['A method with many free numbers can learn a few pictures by heart. Here every method sees only so many training pictures of each class; the test pictures stay the same.'],
          found: [ranked],
          paper: 'CLIP ViT-B/32, one picture of each class: VeRA, the smallest, is best with 66.1 %; RandLoRA 62.5, LoRA 59.3.',
        },
        {
          title: 'With a little more',
          text: ['Follow each line from left to right. Where lines cross, the answer to “which method” depends on how much data there is.'],
          found: [ranked],
          paper: 'At 16 pictures of each class the order is turned round: full fine-tuning 76.2 %, RandLoRA 75.8, LoRA 72.6, VeRA 68.6.',
          ask: 'Which method would you take for your own pictures?',
        },
      ],
    },
    landscape: {
      title: 'A walk over the loss',
      about: 'The plane through LoRA, full fine-tuning and RandLoRA, and what lies between them.',
      parts: [
        {
          title: 'Three ways down from one place',
          text: [
            'Training walks downhill on a surface with as many directions as there are weights. Nobody can see it. But three trained models that began at the same pretrained weights span a plane, and on a plane the loss can be drawn.',
            'The three are LoRA, full fine-tuning and RandLoRA, with the same data and seed; LoRA and RandLoRA at the budget that is set. Each keeps a few states on its way.',
          ],
          found: [],
          ask: 'Whose valley would you expect to be the deepest?',
        },
        {
          title: 'The plane through three models',
          text: [
            'Each point is a model: the pretrained weights plus a share of what each of the three learned. At (0, 0) it is LoRA alone, at (0.5, 1) full fine-tuning, at (1, 0) RandLoRA. Elsewhere the shares are 1 − y/2 − x, y and x − y/2; they always add up to one, and outside the triangle some are negative.',
            'Dark is a low loss. The same numbers stand beside it as a surface to be turned.',
          ],
          found: [of(walk.plane)],
          paper: 'The plane is laid the same way there, and the loss of a fixed part of the training set is drawn on 25 × 25 points, cut at 1.2 times the worst of the three.',
        },
        {
          title: 'Where they all began',
          text: [
            'All three set out from the pretrained weights. That place is no mix of the three with shares of one, so it need not lie in the plane. What is drawn is its shadow: the point of the plane that is nearest to it.',
            'So do not read the height under its mark as its loss.',
          ],
          found: [of(walk.origin), of(walk.start)],
          ask: 'What would it mean if the pretrained model lay in the plane exactly?',
        },
        {
          title: 'The paths of training',
          text: [
            'Each line is one training, from the first step to the last, as a shadow on the plane. Only its end lies in the plane: before, it runs above or below it, where the loss can be another than that of the ground drawn here. The losses told here are those of the real weights.',
          ],
          found: [of(walk.paths)],
          ask: 'Which path is the straightest, and which turns late?',
        },
        {
          title: 'Valleys and ridges',
          text: [
            'Now walk straight from one corner to the next. A ridge on the way means that the two lie in different valleys; without one, they found the same. A corner can also lie lower than another, or on wider ground, where a small step costs little.',
          ],
          found: [of(walk.lowest), of(walk.widest), of(walk.barriers), of(walk.best)],
        },
        {
          title: 'The paper’s picture, and this one',
          text: [
            'The paper draws this plane for CLIP, trained to the end. What is measured here is a small model after a short training, so it may well differ; that is no error of either.',
            'More points show more of the ground between, but they change neither the corners nor the lines. What would decide it are other seeds and longer training.',
          ],
          found: [of(walk.agreement), of(walk.nearness), of(walk.caveat)],
          paper: 'RandLoRA\u2019s minimum is deeper than LoRA\u2019s there, and connected to that of full fine-tuning.',
          ask: 'Which change would you try first: seed, steps, or pictures?',
        },
      ],
    },
    memory: {
      title: 'Where memory goes',
      about: 'Planned to the byte, before anything is trained.',
      parts: [
        {
          title: 'Weights, activations, and what learns',
          text: ['Every method carries the frozen weights, and the activations that the backward pass needs. A method adds its parameters, their gradients, and what the optimizer remembers of them.'],
          found: [optimizer, spread],
          paper: 'Memory relative to full fine-tuning: ViT-B/32 LoRA 81 %, RandLoRA 78; ViT-L/14 72 and 71; ViT-H/14 54 and 51. The larger the model, the more is saved.',
        },
        {
          title: 'Half the batch',
          text: ['Activations grow with the batch; weights and optimizer do not. Halve the batch and compare: the grey part shrinks for everybody.'],
          found: [activations, spread],
          prepare: 'Halve the batch',
        },
        {
          title: 'Compute again instead of keeping',
          text: ['Activations inside a block can be computed again in the backward pass instead of being kept. That costs time and saves memory.'],
          found: [activations, spread],
          paper: 'Time is the other side: relative to full fine-tuning LoRA takes 90 % on ViT-B/32 and RandLoRA 113; on ViT-L/14 95 and 128.',
          prepare: 'Recompute activations, or keep them',
        },
      ],
    },
  } satisfies Record<LessonName, { title: string; about: string; parts: PartWords[] }>,
};
