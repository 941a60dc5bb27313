import type { Plan } from '../../train/protocol';
import { formatCount, formatMiB, formatPercent } from '../format';
import type { LessonName } from '../lessons/names';
import { methodLook, titled } from '../methods';
import { differenceOf, rank } from '../store/findings';
import type { Group } from '../store/seedGroups';
import type { Landscape } from '../../train/analysis.meta';
import { listOf } from './grammar';
import { meanText, rankingText } from './recorded';
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

const valueOf = (group: Group): string => `${titled(group.method, group.setting)}: ${meanText(group)}\u00a0%`;
const byParameters = (groups: readonly Group[], method: string): Group[] => groups.filter((group) => group.method === method).sort((a, b) => a.parameters - b.parameters);
const times = (a: number, b: number): string => {
  const factor = a / b;
  return factor >= 10 ? formatCount(factor) : String(Number(factor.toPrecision(2)));
};
const points = (share: number): string => `${formatPercent(Math.abs(share))} points ${share < 0 ? 'less' : 'more'}`;

/** The difference of two groups as far as their seeds decide it. */
function compared(from: Group, to: Group): string {
  const { points: by, apart } = differenceOf(from, to);
  const what = `${valueOf(from)}; ${valueOf(to)}. That is ${points(by)}`;
  if (apart === null) return `${what}; with one seed it may be chance.`;
  return apart ? `${what}, and the 95\u00a0% intervals do not overlap.` : `${what}, but the 95\u00a0% intervals overlap: not distinguishable.`;
}

/** What more parameters bring a method, from its smallest to its largest setting at hand; empty with one setting. */
function growth(groups: readonly Group[], method: string): string {
  const own = byParameters(groups, method);
  if (own.length < 2) return '';
  const [first, last] = [own[0], own[own.length - 1]];
  return `With ${times(last.parameters, first.parameters)} times the parameters: ${compared(first, last)}`;
}

/** What more rank does for LoRA, as far as these runs show it: a title that claims no more. */
export function rankTitle(groups: readonly Group[]): string {
  const own = byParameters(groups, 'lora');
  if (own.length < 2) return lessonWords.lessons['more-rank'].name;
  if (own.some(({ accuracy }) => accuracy.interval === null)) return 'More rank for LoRA: one seed cannot tell';
  const best = own.reduce((one, other) => (other.accuracy.mean > one.accuracy.mean ? other : one));
  const below = (group: Group): boolean => differenceOf(group, best).apart === true;
  const [first, last] = [own[0], own[own.length - 1]];
  const enough = own.find((group) => !below(group))!;
  if (below(last)) return `LoRA is best at ${best.setting}; with more rank it falls`;
  if (enough === first) return 'More rank for LoRA: no gain that these runs can show';
  return enough === last ? `LoRA gains from more rank, up to ${last.setting}` : `LoRA gains from rank up to ${enough.setting}; beyond it these runs show no more`;
}

const shotsOf = (group: Group): number => group.runs[0].spec.train.shots;
const picturesOf = (shots: number): string => (shots === 1 ? 'one picture' : `${formatCount(shots)} pictures`);

/** Groups of each number of shots, the fewest first. */
function byShots(groups: readonly Group[]): { shots: number; groups: Group[] }[] {
  const all = [...new Set(groups.map(shotsOf))].filter((shots) => shots > 0).sort((a, b) => a - b);
  return all.map((shots) => ({ shots, groups: groups.filter((group) => shotsOf(group) === shots) }));
}

/** Who copes best with few pictures, where that is decided. */
export function shotsTitle(groups: readonly Group[]): string {
  const steps = byShots(groups);
  if (steps.length < 2) return lessonWords.lessons['few-shots'].name;
  const ahead = [steps[0], steps[steps.length - 1]].map(({ groups: some }) => {
    const all = rank(some);
    return all && all.seeds > 1 && all.top.length === 1 ? methodLook(all.top[0].method).title : '';
  });
  const [few, many] = [steps[0].shots, steps[steps.length - 1].shots];
  const of = (shots: number) => `${picturesOf(shots)} of each class`;
  if (ahead[0] && ahead[0] === ahead[1]) return `${ahead[0]} is ahead with ${of(few)}, and with ${formatCount(many)}`;
  if (ahead[0] && ahead[1]) return `${ahead[0]} is ahead with ${of(few)}, ${ahead[1]} with ${formatCount(many)}`;
  if (ahead[1]) return `${ahead[1]} is ahead with ${of(many)}; with ${formatCount(few)} nobody is`;
  return ahead[0] ? `${ahead[0]} is ahead with ${of(few)}; with ${formatCount(many)} nobody is` : 'Few shots: no method is ahead that these runs can show';
}

/** What can be said at one end: with the fewest pictures, or with the most. */
const rankedAt = (end: 0 | -1) => ({ groups }: Facts): string => {
  const step = byShots(groups).at(end);
  const all = step && rank(step.groups);
  return step && all ? `With ${picturesOf(step.shots)} of each class: ${listOf(step.groups.map(valueOf))}. ${rankingText(all)}` : '';
};

/** LoRA and RandLoRA where their counts are nearest to one another. */
function nearestPair(groups: readonly Group[]): [Group, Group] | null {
  let best: [Group, Group] | null = null;
  const gap = ([a, b]: [Group, Group]) => Math.abs(Math.log(a.parameters / b.parameters));
  for (const a of byParameters(groups, 'lora')) for (const b of byParameters(groups, 'randlora')) if (!best || gap([a, b]) < gap(best)) best = [a, b];
  return best;
}

function equalCounts({ groups }: Facts): string {
  const pair = nearestPair(groups);
  return pair ? `At about the same size (${formatCount(pair[0].parameters)} and ${formatCount(pair[1].parameters)} parameters): ${compared(...pair)}` : '';
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
  return `From ${methodLook(least).title}, ${formatMiB(small.total_bytes)} MiB, to ${methodLook(most).title}, ${formatMiB(large.total_bytes)} MiB: choosing the method changes ${formatCount(100 * (1 - small.total_bytes / large.total_bytes))} % of it.`;
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
  /** Of the button that tries other settings. */
  prepare?: string;
}

interface LessonWords {
  /** Its subject, which claims nothing. */
  name: string;
  /** What the runs at hand show of it. */
  title?: (groups: readonly Group[]) => string;
  about: string;
  /** How long it takes with a class. */
  minutes: number;
  parts: PartWords[];
}

export const lessonWords = {
  title: 'Lessons',
  intro: 'Each lesson is full from the first visit, by runs that were recorded, and can be trained here. Its title is what the runs show, and no more.',
  parts: 'Parts',
  minutes: (minutes: number): string => `${minutes} minutes`,
  teacher: 'For teachers',
  teacherOf: (title: string): string => `For teachers: ${title}`,
  waiting: 'Fetching the lesson.',
  present: 'Present',
  presentHint: 'Compare, Landscape, Inside and each lesson can be presented: Present, in the header, shows one figure at a time in sizes for a room. Space and the arrow keys go on, Escape leaves.',
  fullscreen: 'Full screen',
  windowed: 'Leave full screen',
  leave: 'Leave',
  back: 'Back',
  next: 'Next',
  part: (part: number, parts: number): string => `${part} of ${parts}`,
  /** A part whose chart and text are shown one after another. */
  partStep: (part: number, parts: number, step: string): string => `${part} of ${parts}, ${step}`,
  steps: { text: 'text', map: 'map', surface: 'surface' } as Readonly<Record<string, string | undefined>>,
  figure: 'chart',
  progress: (part: number, parts: number): string => `Part ${part} of ${parts}`,
  chart: 'Chart',
  lesson: 'Lesson text',
  found: 'Found here',
  paper: 'From the paper',
  cited: 'RandLoRA, arXiv 2502.00987',
  copy: 'Copy the link to this part',
  copied: 'The link to this part is copied.',
  copyByHand: (link: string): string => `The browser did not let the page copy. The link: ${link}`,
  whose: { own: 'Runs of this project', recorded: 'Recorded runs' },
  whoseLabel: 'Which runs are shown',
  /** Of a source: what, with what, how long, how often. */
  about: (data: string, model: string, steps: string, seeds: number): string => `${data}, ${model}, ${steps} steps, ${seeds === 1 ? 'one seed' : `${seeds} seeds`}`,
  planned: 'Planned here',
  measured: { own: 'Measured in this project', recorded: 'Recorded landscape' },
  train: (runs: number): string => (runs === 1 ? 'Train it here, 1 run' : `Train it here, ${runs} runs`),
  trainTime: (time: string): string => `About ${time} on this device.`,
  trainLike: (time: string, device: string): string => `Recording as many took ${time} on ${device}; the time here is known after the first run.`,
  trained: 'All runs of this lesson are here.',
  running: (left: number): string => `${left === 1 ? 'One run' : `${left} runs`} of this lesson to go. The chart grows with each that ends.`,
  none: 'Neither own runs nor recorded ones are here for this part.',
  planning: 'Planning every method.',
  tried: { batch: (batch: string) => `Batch ${batch}`, on: 'Activations are computed again.', off: 'Activations are kept.' },
  takeBack: 'As it was',
  before: (method: string, mib: string): string => `${method} needed ${mib} MiB before`,
  presentation: {
    nothing: 'Nothing was analysed in this project yet. Inside has a button for it.',
  },
  walk: {
    noLines: 'The straight lines between the runs have not been measured yet.',
    grid: 'Points of the plane',
    grids: (side: number): string => (side === 25 ? '25 × 25, the paper’s' : `${side} × ${side}`),
    train: (methods: string): string => `Train ${methods}, then measure the plane`,
    cost: (runs: number, time: string, models: string): string => `${runs === 0 ? '' : `${runs === 1 ? 'One run' : `${runs} runs`}${time ? `, about ${time}` : ', time known after the first'}; then `}${models} models to measure.`,
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
  charts: { parameters: 'Accuracy against trainable parameters', shots: 'Accuracy by pictures of each class' },
  axes: { parameters: 'adapter parameters', shots: 'training pictures of each class' },
  words: { parameters: (value: string) => `${value} adapter parameters`, shots: (value: string) => `${value} pictures of each class` },
  againstSummary: (ends: string): string => `Last values in percent: ${ends}.`,
  intervals: (seeds: number): string => (seeds > 1 ? `Means over ${seeds} seeds; upright lines, and the band of a method without parameters, are 95 % intervals of the mean.` : 'One seed each: differences may be chance.'),
  alone: { loss: 'How fast each method learns', memory: 'What each method will take, to the byte' },
  drawings: {
    lora: 'LoRA: the update is a tall thin matrix B times a wide thin matrix A, both trained',
    randlora: 'RandLoRA: the update is a sum of products of fixed random matrices B and A, each scaled by two trained diagonals, Lambda and Gamma',
  },
  lessons: {
    rank: {
      name: 'What rank means',
      minutes: 25,
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
      name: 'Does more rank help?',
      title: rankTitle,
      minutes: 25,
      about: 'LoRA with more and more parameters, and RandLoRA at the same size.',
      parts: [
        {
          title: 'LoRA from small to large',
          text: ['Each point is LoRA with another r. If parameters were all that counts, the line would go on rising. See whether it does, and whether the intervals let one say so.'],
          found: [({ groups }) => growth(groups, 'lora')],
          paper: 'Over 22 data sets with CLIP ViT-B/32, more rank stops helping LoRA, while RandLoRA keeps gaining (figure 1).',
        },
        {
          title: 'RandLoRA at the same size',
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
      name: 'Few shots',
      title: shotsTitle,
      minutes: 20,
      about: 'A few pictures of each class, or sixteen: who copes best with little. Such pictures are called shots.',
      parts: [
        {
          title: 'With little to learn from',
          text: ['A method with many free numbers can learn a few pictures by heart. Here every method sees only so many training pictures of each class; the test pictures stay the same.'],
          found: [rankedAt(0)],
          paper: 'CLIP ViT-B/32, one picture of each class: VeRA, the smallest, is best with 66.1 %; RandLoRA 62.5, LoRA 59.3.',
        },
        {
          title: 'With a little more',
          text: ['Follow each line from left to right. Where lines cross, the answer to “which method” depends on how much data there is.'],
          found: [rankedAt(-1)],
          paper: 'At 16 pictures of each class the order is turned round: full fine-tuning 76.2 %, RandLoRA 75.8, LoRA 72.6, VeRA 68.6.',
          ask: 'Which method would you take for your own pictures?',
        },
      ],
    },
    landscape: {
      name: 'A walk over the loss',
      minutes: 35,
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
      name: 'Where memory goes',
      minutes: 15,
      about: 'Planned to the byte, before anything is trained.',
      parts: [
        {
          title: 'Weights, activations, and what learns',
          text: ['Every method carries the frozen weights, and the activations that the backward pass needs. A method adds its parameters, their gradients, and what the optimizer remembers of them.'],
          found: [optimizer, spread],
          paper: 'Memory relative to full fine-tuning: ViT-B/32 LoRA 81 %, RandLoRA 78; ViT-L/14 72 and 71; ViT-H/14 54 and 51. The larger the model, the more is saved.',
        },
        {
          title: 'Halving the batch',
          text: ['Activations grow with the batch; weights and optimizer do not. Halve the batch and compare: the grey part shrinks for everybody. The settings of this project stay as they are.'],
          found: [activations, spread],
          prepare: 'Halve the batch',
        },
        {
          title: 'Compute again instead of keeping',
          text: ['Activations inside a block can be computed again in the backward pass instead of being kept. That costs time and saves memory.'],
          found: [activations, spread],
          paper: 'Time is the other side: relative to full fine-tuning LoRA takes 90 % on ViT-B/32 and RandLoRA 113; on ViT-L/14 95 and 128.',
          prepare: 'Recompute activations',
        },
      ],
    },
  } satisfies Record<LessonName, LessonWords>,
};

/** The title of a lesson: what its runs show, or its subject where it is about no runs. */
export function lessonTitle(name: LessonName, groups: readonly Group[]): string {
  const words: LessonWords = lessonWords.lessons[name];
  return words.title?.(groups) ?? words.name;
}
