import type { Plan } from '../../../train/protocol';
import { formatCount, formatMiB, formatPercent, formatPoints, pointsBetween, unbroken, plural, formatNumber, listOf, counted } from '../../../language/format';
import type { LessonName } from '../names';
import { methodLook, titled } from '../../../figures/methods';
import { differencesAmong, rank, unequalBetween, type Difference } from '../../core/runs/findings';
import type { Group } from '../../core/runs/seedGroups';
import type { Landscape } from '../../../analysis/analysis.meta';
import { defined, several } from '../../../numbers/defined';
import { fewest } from '../../../numbers/stats';
import { isInClass, useShown } from '../../core/storage/shown';
import { landscapeWords } from '../../core/words/landscape';
import { partQuestions, type Question } from './questions';
import { startsOf } from '../../core/analyses/landscapeFindings';
import * as walk from './walk';
import type { SeedWalk } from '../../core/analyses/recordedAnalyses';
import { meanText, namer, rankingText } from '../../core/words/ranking';

/** Facts that a sentence of a lesson may be made of. */
export interface Facts {
  groups: readonly Group[];
  /** Plans of the selected methods, by method. */
  plans: Readonly<Record<string, Plan>>;
  /** Those before something else was tried. */
  before?: Readonly<Record<string, Plan>>;
  landscape: Landscape | null;
  /** Steps of the states that became its corners, where these are known. */
  kept?: readonly number[];
  /** Where the landscape is the recorded one: the same methods at other seeds. */
  others?: readonly SeedWalk[];
}

/** A sentence of the landscape at hand, as one of a part. */
const of = (say: (made: Landscape, others?: readonly SeedWalk[]) => string) => ({ landscape, others }: Facts): string => (landscape ? say(landscape, others) : '');

/** Sentences about the runs and plans at hand. */
const findings = {
  value: (name: string, mean: string) => `${name}: ${mean}\u00a0%`,
  /** `direction` is 'less', 'more' or 'same', `sure` what the runs in pairs say, with the interval of the difference where it has one. */
  compared: (from: string, to: string, points: string, direction: string, sure: string, name: string, interval: string) => `${from}; ${to}. ${direction === 'same' ? 'The means are the same.' : `${name} is ${points} points ${direction === 'less' ? 'lower' : 'higher'}${sure === 'open' ? '; with so few seeds it may be chance.' : sure === 'apart' ? `, by more than chance explains (95\u00a0% interval of the difference ${interval}).` : `: not distinguishable (95\u00a0% interval of the difference ${interval}).`}`}`,
  growth: (times: string, compared: string) => `With ${times} times the parameters: ${compared}`,
  rank: {
    single: 'Higher rank for LoRA: so few seeds cannot tell',
    falls: (setting: string) => `LoRA is best at ${setting}; with more rank it falls`,
    none: 'Higher rank for LoRA: no measurable gain in these runs',
    all: (setting: string) => `LoRA gains from more rank, up to ${setting}`,
    upTo: (setting: string) => `LoRA gains from rank up to ${setting}; beyond it these runs show no more`,
    /** Of two sizes that can be told apart, the larger and the smaller one, and how many other pairs there are. */
    gains: (larger: string, smaller: string, others: number) => `LoRA gains from rank: ${larger} is above ${smaller}, ${others === 0 ? 'no other two sizes can be told apart' : plural(others, 'as in one more pair', `as in ${formatNumber(others)} more pairs`)}`,
    loses: (larger: string, smaller: string, others: number) => `LoRA loses by rank: ${larger} is below ${smaller}, ${others === 0 ? 'no other two sizes can be told apart' : plural(others, 'as in one more pair', `as in ${formatNumber(others)} more pairs`)}`,
    mixed: (up: string, over: string, down: string, under: string) => `Higher rank for LoRA, no one direction: ${up} is above ${over}, ${down} below ${under}`,
  },
  shots: {
    same: (name: string, few: number, many: number) => `${name} is ahead with ${plural(few, 'one picture', `${formatNumber(few)} pictures`)} of each class, and with ${formatNumber(many)}`,
    two: (name: string, few: number, other: string, many: number) => `${name} is ahead with ${plural(few, 'one picture', `${formatNumber(few)} pictures`)} of each class, ${other} with ${formatNumber(many)}`,
    late: (name: string, many: number, few: number) => `${name} is ahead with ${plural(many, 'one picture', `${formatNumber(many)} pictures`)} of each class; with ${formatNumber(few)} nobody is`,
    early: (name: string, few: number, many: number) => `${name} is ahead with ${plural(few, 'one picture', `${formatNumber(few)} pictures`)} of each class; with ${formatNumber(many)} nobody is`,
    between: (name: string, shots: number, ends: string[]) => `${name} is ahead with ${formatNumber(shots)} pictures of each class; with ${listOf(ends)} nobody is`,
    /** Nobody is ahead, but some are lower than the best. */
    behind: (names: string[], shots: number, count: number) => `Few shots: with ${plural(shots, 'one picture', `${formatNumber(shots)} pictures`)} of each class only ${listOf(names)} ${plural(count, 'falls', 'fall')} behind`,
    none: 'Few shots: these runs show no method ahead',
  },
  ranked: (shots: number, values: string[], finding: string) => `With ${plural(shots, 'one picture', `${formatNumber(shots)} pictures`)} of each class: ${listOf(values)}. ${finding}`,
  equal: (lora: number, randlora: number, compared: string) => `At about the same size (${formatNumber(lora)} and ${formatNumber(randlora)} parameters): ${compared}`,
  optimizerOf: (name: string, mib: string, parameters: number) => `${name} ${mib}\u00a0MiB for ${formatNumber(parameters)}`,
  optimizer: (methods: string[]) => `Adam keeps two numbers for each trainable parameter: ${listOf(methods)}.`,
  /** `methods` is 'one', 'same' where all have about the same share, or 'differ'. */
  activations: (percent: string, methods: string) => `Activations are ${percent}\u00a0% of the plan here${methods === 'one' ? '' : methods === 'same' ? ', whatever the method' : ', depending on the method'}.`,
  /** Changes to the plans of some methods. */
  kept: (names: string[], count: number) => `${listOf(names)} now ${plural(count, 'keeps its', 'keep their')} merged weights from the forward to the backward pass: that takes a tenth more memory at most, and saves making them again.`,
  again: (names: string[], count: number) => `${listOf(names)} no longer ${plural(count, 'keeps its', 'keep their')} merged weights from the forward to the backward pass, but ${plural(count, 'makes', 'make')} them again: keeping them would now take over a tenth more memory.`,
  streamed: (name: string, streamed: number, all: number) => `${name} now computes the update of ${formatNumber(streamed)} of its ${formatNumber(all)} layers beside the weights, and merges the others: of the two, it takes what is less work for so many pictures.`,
  unlike: 'So bars shrink by different shares, and their order may change.',
  range: (low: string, high: string) => `${low} to ${high}`,
  spread: (least: string, small: string, most: string, large: string, percent: string) => `${least} needs least, ${small}\u00a0MiB: ${percent} % less than ${most}, which needs most, ${large}\u00a0MiB.`,
};

const whole = ({ setting }: Group): string => unbroken(setting);
/** What was found, as a sentence of its own. */
const sentence = (text: string): string => text && `${text}.`;
const valueOf = (group: Group): string => findings.value(titled(group.method, whole(group)), meanText(group));
const byParameters = (groups: readonly Group[], method: string): Group[] => groups.filter((group) => group.method === method).sort((a, b) => a.parameters - b.parameters);
const times = (a: number, b: number): string => {
  const factor = a / b;
  return factor >= 10 ? formatCount(factor) : String(Number(factor.toPrecision(2)));
};

/** The difference of two groups as far as their runs decide it. */
function compared({ from, to, apart, interval }: Difference): string {
  const points = pointsBetween(from.accuracy.mean, to.accuracy.mean);
  const ends = interval ? findings.range(...several(interval.map(formatPoints), 2)) : '';
  return findings.compared(valueOf(from), valueOf(to), formatPercent(Math.abs(points)), points === 0 ? 'same' : points < 0 ? 'less' : 'more', apart === null ? 'open' : apart ? 'apart' : 'alike', [methodLook(to.method).title, whole(to)].filter(Boolean).join(' '), ends);
}

/** Pairs of groups, each with a later one, that can be told apart: those furthest apart first. */
function apartPairs(groups: readonly Group[]): Difference[] {
  const among = differencesAmong(groups);
  return groups.flatMap((from, i) => groups.slice(i + 1).map((to) => among(from, to)).filter(({ apart }) => apart)).sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}

/** Gain of a method from more parameters, from its smallest to its largest setting at hand, and where these do not show it, between those furthest apart; empty with one setting. */
function growth(groups: readonly Group[], method: string): string {
  const own = byParameters(groups, method);
  if (own.length < 2) return '';
  const ends = differencesAmong(own)(defined(own[0]), defined(own[own.length - 1]));
  const pairs = ends.apart === false ? [ends, ...apartPairs(own).slice(0, 1)] : [ends];
  return pairs.map((pair) => findings.growth(times(pair.to.parameters, pair.from.parameters), compared(pair))).join(' ');
}

/** The effect of more rank for LoRA, as far as these runs show it of any two sizes: no more and no less. Empty with one size. */
export function rankFinding(groups: readonly Group[]): string {
  const own = byParameters(groups, 'lora');
  if (own.length < 2) return '';
  if (own.some(({ accuracy }) => accuracy.interval === null)) return findings.rank.single;
  const pairs = apartPairs(own);
  const [up, down] = [pairs.filter(({ difference }) => difference > 0), pairs.filter(({ difference }) => difference < 0)];
  if (pairs.length === 0) return findings.rank.none;
  const last = defined(own[own.length - 1]);
  const above = (one: Group): number => up.filter(({ to }) => to === one).length + down.filter(({ from }) => from === one).length;
  const best = own.find((one) => above(one) === own.length - 1);
  if (best && best !== last) return findings.rank.falls(whole(best));
  const named = ({ from, to }: Difference) => [whole(to), whole(from)] as const;
  if (down.length > 0) return up.length > 0 ? findings.rank.mixed(...named(defined(up[0])), ...named(defined(down[0]))) : findings.rank.loses(...named(defined(down[0])), down.length - 1);
  if (best) return findings.rank.all(whole(last));
  // Every smaller size lies below it, and from it on no two can be told apart.
  const enough = own.findIndex((one, i) => above(one) === i && up.every(({ from }) => own.indexOf(from) < i));
  return enough > 0 ? findings.rank.upTo(whole(defined(own[enough]))) : findings.rank.gains(...named(defined(up[0])), up.length - 1);
}

const shotsOf = (group: Group): number => defined(group.runs[0]).spec.train.shots;

/** Groups of each number of shots, the fewest first. */
function byShots(groups: readonly Group[]): { shots: number; groups: Group[] }[] {
  const all = [...new Set(groups.map(shotsOf))].filter((shots) => shots > 0).sort((a, b) => a - b);
  return all.map((shots) => ({ shots, groups: groups.filter((group) => shotsOf(group) === shots) }));
}

/** The method that copes best with few pictures, where that is decided. Empty with one number of them. */
export function shotsFinding(groups: readonly Group[]): string {
  const steps = byShots(groups);
  if (steps.length < 2) return '';
  const decided = steps.map(({ shots, groups: some }) => {
    const all = rank(some);
    return { shots, all: all && all.seeds >= fewest && all.single.length === 0 ? all : null };
  });
  const leaders = decided.map(({ all }) => (all?.top.length === 1 ? namer(all)(all.top)[0] : ''));
  const [early, late] = [leaders[0], leaders[leaders.length - 1]];
  const [few, many] = [defined(steps[0]).shots, defined(steps[steps.length - 1]).shots];
  if (early && late) return early === late ? findings.shots.same(early, few, many) : findings.shots.two(early, few, late, many);
  if (late) return findings.shots.late(late, many, few);
  if (early) return findings.shots.early(early, few, many);
  const between = leaders.findIndex(Boolean);
  // The most pictures tell the most.
  const behind = decided.findLast(({ all }) => all && all.below.length > 0);
  if (between < 0 && behind) return findings.shots.behind(namer(behind.all!)(behind.all!.below), behind.shots, behind.all!.below.length);
  return between < 0 ? findings.shots.none : findings.shots.between(defined(leaders[between]), defined(steps[between]).shots, [few, many].map(String));
}

/** Ranking at one end: with the fewest pictures, or with the most. */
const rankedAt = (end: 0 | -1) => ({ groups }: Facts): string => {
  const step = byShots(groups).at(end);
  const all = step && rank(step.groups);
  return step && all ? findings.ranked(step.shots, step.groups.map(valueOf), rankingText(all)) : '';
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
  return pair ? [findings.equal(pair[0].parameters, pair[1].parameters, compared(differencesAmong(pair)(...pair))), ...unequalBetween(...pair)].join(' ') : '';
}

const ranked = ({ groups }: Facts): string => {
  const all = rank(groups);
  return all ? rankingText(all) : '';
};

const planned = (plans: Facts['plans']): [string, Plan][] => Object.entries(plans);

function optimizer({ plans }: Facts): string {
  const all = planned(plans);
  return all.length === 0 ? '' : findings.optimizer(all.map(([method, plan]) => findings.optimizerOf(methodLook(method).title, formatMiB(plan.bytes.state ?? 0), plan.trainable_parameters)));
}

function activations({ plans }: Facts): string {
  const shares = planned(plans).map(([, plan]) => (plan.bytes.temp ?? 0) / plan.total_bytes);
  if (shares.length === 0) return '';
  const [least, most] = [formatCount(100 * Math.min(...shares)), formatCount(100 * Math.max(...shares))];
  return least === most ? findings.activations(least, shares.length === 1 ? 'one' : 'same') : findings.activations(findings.range(least, most), 'differ');
}

/** Differences from the plans before: how updates are computed is chosen by the batch and the memory, so methods do not shrink alike. */
function unlike({ plans, before = {} }: Facts): string {
  const streamedOf = ({ forms }: Plan) => Object.values(forms).filter((form) => form === 'streamed').length;
  const both = planned(plans).flatMap(([method, now]) => (before[method] ? [{ title: methodLook(method).title, was: before[method], now }] : []));
  const otherForms = both.filter(({ was, now }) => streamedOf(was) !== streamedOf(now));
  const isMerged = ({ forms }: Plan) => Object.values(forms).includes('merged');
  const otherMerging = both.filter((one) => !otherForms.includes(one) && isMerged(one.now) && one.was.merging !== one.now.merging);
  const titles = (kept: boolean) => otherMerging.filter(({ now }) => (now.merging !== undefined) === kept).map(({ title }) => title);
  const said = [
    ...[findings.kept, findings.again].flatMap((say, i) => { const names = titles(i === 0); return names.length > 0 ? [say(names, names.length)] : []; }),
    ...otherForms.map(({ title, now }) => findings.streamed(title, streamedOf(now), Object.keys(now.forms).length)),
  ];
  return said.length > 0 ? [...said, findings.unlike].join(' ') : '';
}

function spread({ plans }: Facts): string {
  const all = planned(plans).sort(([, a], [, b]) => a.total_bytes - b.total_bytes);
  const [first, ...others] = all;
  const last = others.at(-1);
  if (!first || !last) return '';
  const [[least, small], [most, large]] = [first, last];
  return findings.spread(methodLook(least).title, formatMiB(small.total_bytes), methodLook(most).title, formatMiB(large.total_bytes), formatCount(100 * (1 - small.total_bytes / large.total_bytes)));
}

/** Words of one part. Sentences about runs are functions of them; an empty one says nothing. */
export interface PartWords {
  title: string;
  text: string[];
  /** Made of the runs or plans at hand, with their uncertainty. */
  found: ((facts: Facts) => string)[];
  /** Figures of the RandLoRA paper, and always marked so. */
  paper?: string;
  ask?: Question;
  /** Of the button that tries other settings. */
  prepare?: string;
}

interface LessonWords {
  /** Its title: it asks, and tells nothing. */
  name: string;
  about: string;
  /** Time that it takes with a class. */
  minutes: number;
  parts: PartWords[];
}

export const lessonWords = {
  title: 'Lessons',
  intro: 'Lessons ask first. Guess, try it, and compare with recorded runs until you train your own.',
  parts: 'Parts',
  minutes: (minutes: number) => `${formatNumber(minutes)} minutes`,
  teacher: 'For teachers',
  teacherOf: (title: string) => `For teachers: ${title}`,
  waiting: 'Fetching the lesson.',
  present: 'Present',
  presentHint: 'Compare, Landscape, Inside and each lesson can be presented: Present, in the header or the menu, shows one figure at a time, large enough for a classroom. Space and the arrow keys move on, Escape leaves.',
  fullscreen: 'Full screen',
  windowed: 'Leave full screen',
  unblank: 'The screen is blank: show the slide again',
  leave: 'Leave',
  back: 'Back',
  next: 'Next',
  nextLesson: 'Next lesson',
  allLessons: 'All lessons',
  part: (part: number, parts: number) => `${formatNumber(part)} of ${formatNumber(parts)}`,
  /** A part whose chart and text are shown one after another. */
  partStep: (part: number, parts: number, step: string) => `${formatNumber(part)} of ${formatNumber(parts)}, ${step}`,
  steps: { text: 'text', map: 'map', surface: 'surface', guess: 'question', formulas: 'mathematics', layer: 'layer', forward: 'forward', backward: 'backward' },
  figure: 'chart',
  progress: (part: number, parts: number) => `Part ${formatNumber(part)} of ${formatNumber(parts)}`,
  chart: 'Chart',
  lesson: 'Lesson text',
  found: 'Found here',
  paper: 'From the paper',
  cited: 'RandLoRA, arXiv 2502.00987',
  answer: 'Answer',
  copy: 'Copy the link to this part',
  whose: { get own() { return isInClass(useShown.getState()) ? 'Runs of the class' : 'Runs of this project'; }, recorded: 'Recorded runs' },
  whoseLabel: 'Which runs are shown',
  /** Of a source: what, with what, how long, how often. */
  about: (data: string, model: string, steps: string, seeds: string) => `${data}, ${model}, ${steps} steps, ${seeds}`,
  planned: 'Planned here',
  plannedOf: (data: string, model: string, batch: string, whose: 'own' | 'lesson' | 'tried') => `${data}, ${model}, batch ${batch}${{ own: ', as set in Train', lesson: ', alike for everybody', tried: '' }[whose]}`,
  measured: { own: 'Measured in this project', recorded: landscapeWords.recorded },
  train: (runs: number) => plural(runs, 'Train it here, 1 run', `Train it here, ${formatNumber(runs)} runs`),
  trainTime: (time: string, unknown: number) => `About ${time} on this device${unknown === 0 ? '' : plural(unknown, `, plus ${formatNumber(unknown)} run not yet timed`, `, plus ${formatNumber(unknown)} runs not yet timed`)}.`,
  /** Runs that a button trains, how many of them are there already, and whether the chart is of other runs. */
  trainOf: (settings: number, seeds: number, here: number, data: string, model: string, steps: string, isOther: boolean) => `${isOther ? 'Not the runs of the chart: ' : ''}${plural(settings, 'one setting', `${formatNumber(settings)} settings`)}, ${plural(seeds, 'one seed', `${formatNumber(seeds)} seeds`)} each${data ? `, on ${data} with ${model}, ${steps} steps` : ''}${here === 0 ? '' : plural(here, '; one run is here already', `; ${formatNumber(here)} runs are here already`)}.`,
  trainLike: (time: string, device: string) => `Recording as many took ${time} ${device ? `on ${device}` : 'without a graphics card'}; the time here is known after the first run.`,
  trained: 'All runs of this part are here.',
  running: (left: number) => `${plural(left, 'One run', `${formatNumber(left)} runs`)} of this part to go. The chart grows with each that ends.`,
  underway: (runs: number) => `${plural(runs, 'One of its runs is', `${formatNumber(runs)} of its runs are`)} in the queue already.`,
  busy: 'Another run is in progress. These start once it has ended.',
  none: 'There are no runs for this part, neither your own nor recorded ones.',
  planning: 'Planning every method.',
  tried: { batch: (batch: string) => `Batch ${batch}`, on: 'Activations are computed again.', off: 'Activations are kept.' },
  takeBack: 'As it was',
  before: (method: string, mib: string) => `${method} needed ${mib}\u00a0MiB before`,
  grey: 'Colour is trained, grey is fixed.',
  charts: { parameters: 'Accuracy against adapter parameters', shots: 'Accuracy by pictures of each class' },
  axes: { parameters: 'adapter parameters', shots: 'training pictures of each class' },
  words: { parameters: (value: string) => `${value} adapter parameters`, shots: (count: number) => `${counted(count, 'picture', 'pictures')} of each class` },
  againstSummary: (ends: string) => `Last values in percent: ${ends}.`,
  /** `least` is 0 where all have `most`; `drawn` says as what: 'lines', 'bands' or both. */
  intervals: (least: number, most: number, drawn: string) => {
    if (most < 2) return 'One seed each: differences may be chance.';
    const over = `Means over ${least ? `${formatNumber(least)} to ` : ''}${formatNumber(most)} seeds`;
    const bars = most < fewest ? ', too few for an interval' : `; ${drawn === 'lines' ? 'upright lines are' : drawn === 'bands' ? 'the band is' : 'upright lines and the band are'} 95 % intervals of the mean over seeds${least > 0 && least < fewest ? ', which one or two seeds do not have' : ''}`;
    return `${over}${bars}. Overlapping marks are drawn side by side.`;
  },
  alone: { loss: 'How fast each method learns', accuracy: 'How accurate each method becomes', memory: 'What memory each method takes', plans: 'What memory each method will take' },
  drawings: {
    lora: 'LoRA: the update is a tall thin matrix B times a wide thin matrix A, both trained',
    randlora: 'RandLoRA: the update is a sum of products of fixed random matrices B and A, each scaled by two trained diagonals, Lambda and Gamma',
  },
  lessons: {
    rank: {
      name: 'What does rank mean?',
      minutes: 40,
      about: 'A target, a number of parameters, and two sliders: guess who comes nearest, try it, and see what trained models did.',
      parts: [
        {
          title: 'Who comes nearest with half the numbers?',
          text: [
            'Fine-tuning adds an update ΔW to a weight matrix. Every matrix is a sum of simple ones, each a column times a row: its directions. Its rank is how many of them it needs, of a matrix of 128 × 128 at most 128.',
            'Take a ΔW that has all of them as the target. It has 16,384 numbers. LoRA may train 8,192: two thin matrices, B with 32 columns and A with 32 rows. RandLoRA trains about as many, 8,320: it adds up 64 products of two fixed random matrices, each of rank 2, and learns 2 + 128 scalings for each of them.',
            'Neither can hit the target. Guess first, then go on and try it.',
          ],
          found: [],
        },
        {
          title: 'How near does each method come?',
          text: [
            'The error is the length of what is missing, as a share of the target’s length: at 0 the target is hit, at 1 nothing is gained.',
            'Singular values σ are the weights of the directions, the largest first. Move r. LoRA’s end there, whatever the target. RandLoRA’s go on to the last.',
            'Now lower the rank of the target. From where on is LoRA nearer? And what if its singular values fall?',
            'DoRA is LoRA with a trained length for each row of the weights. VeRA is one fixed pair of matrices and two trained vectors, 256 numbers wherever the slider stands: it is made to be small. Full fine-tuning trains all numbers and takes the target itself.',
          ],
          found: [],
          paper: 'It asks whether LoRA is held back by its few parameters or by its low rank, and finds that it is the rank.',
        },
        {
          title: 'How many directions did training use?',
          text: ['These are no targets, but what three runs added to one matrix of a model. LoRA’s end at its r, which was chosen before: that is how it is built. The axis is logarithmic: the smallest values are near zero, and those under rounding are not counted.', 'Look at how the line of full fine-tuning falls: is the update that it found more like a target whose directions are all alike, or like a falling one?'],
          found: [],
        },
        {
          title: 'And trained models?',
          text: ['Here both methods were trained at five sizes on a real model. RandLoRA’s r is the rank of each base: a smaller r means more bases and more parameters, and the update can have full rank at every point. Does what can be reached also decide what is learned?'],
          found: [equalCounts],
          paper: 'All data, mean of 22 sets, ViT-B/32: LoRA 82.2 %, RandLoRA 84.4, full fine-tuning 84.5. DINOv2 ViT-B/14, 21 sets: LoRA 90.4, RandLoRA 90.8, full 90.8. Where a model needs little change, LoRA is enough.',
        },
        {
          title: 'Why does a sum of random bases reach every direction?',
          text: [
            'A product is no richer than its thinnest factor. A sum can be as rich as all its terms together, and random matrices hardly share directions.',
            'Full rank is not the same as hitting the target: RandLoRA has every direction and too few numbers to set each one freely. LoRA sets r directions freely and has no others.',
          ],
          found: [],
          paper: 'At the same count on CLIP ViT-B/32, RandLoRA held to rank r (its variant a) reaches 83.62 %, to half the rank (b) 85.32, of full rank 85.98; LoRA of rank 32 reaches 83.74.',
          ask: partQuestions.directions,
        },
      ],
    },
    budget: {
      name: 'What does a budget buy?',
      minutes: 30,
      about: 'LoRA and RandLoRA from 37 thousand to 2.4 million parameters, and twelve other methods beside them, on a real model: guess, then look.',
      parts: [
        {
          title: 'How much do more parameters buy?',
          text: [
            'DeiT-Tiny has 5.5 million weights and has seen a million photographs. It learns to read hands that show a digit, from 100 steps of 16 pictures.',
            'A method’s size is the number of parameters that it trains and that its file holds. LoRA’s grows with its rank r: 36,864 at r 1, over 60 matrices, and 64 times as many at r 64. Guess first.',
          ],
          found: [],
        },
        {
          title: 'Does more rank help LoRA?',
          text: ['Each point is LoRA with another r. If parameters were all that counts, the line would go on rising. Does it, and do the intervals allow you to say so?'],
          found: [({ groups }) => sentence(rankFinding(groups)), ({ groups }) => growth(groups, 'lora')],
          paper: 'Over 21 data sets with CLIP, more rank stops helping LoRA, while RandLoRA keeps gaining (figure 1).',
          ask: partQuestions.gains,
        },
        {
          title: 'At the same size, LoRA or RandLoRA?',
          text: ['RandLoRA’s r is the rank of each base: a smaller r means more bases and more parameters, and the update can have full rank at every point.'],
          found: [({ groups }) => growth(groups, 'randlora'), equalCounts],
          paper: 'All data, mean of 22 sets, ViT-B/32: LoRA 82.2 %, RandLoRA 84.4, full fine-tuning 84.5. DINOv2 ViT-B/14, 21 sets: LoRA 90.4, RandLoRA 90.8, full 90.8. Where a model needs little change, LoRA is enough.',
        },
        {
          title: 'Who is ahead, of fourteen?',
          text: [
            'The linear probe adds nothing to the weights: it is the baseline that everything else has to beat. Full fine-tuning trains all of them.',
            'Point at a name to see its mark alone. Short runs and few seeds often cannot tell methods apart. That is a finding too: more seeds make the intervals shorter, and longer training may change the order.',
          ],
          found: [ranked],
          ask: partQuestions.seeds,
        },
      ],
    },
    rates: {
      name: 'What decides more: the method or its learning rate?',
      minutes: 30,
      about: 'Eight methods, each at five or six rates: move the rate, watch the loss, and see who wins at whose rate.',
      parts: [
        {
          title: 'Method or learning rate?',
          text: ['A learning rate says how far each step moves what is trained. Papers compare methods in tables, and the rates stand in an appendix.', 'Recorded short runs have five or six rates for each of eight methods on one model, each rate about twice the one before. Guess first.'],
          found: [],
        },
        {
          title: 'What does the rate do to one method?',
          text: ['Move the rate from the lowest to the highest. At low ones the loss falls slowly, and the run ends on its way. Somewhere it falls fastest. What happens above?', 'Try another method: where is its best rate?'],
          found: [],
          ask: partQuestions.ladder,
        },
        {
          title: 'Where does each method learn best?',
          text: ['Each line is one method, each mark a whole run. Compare how far one line goes up and down with how far the tops of all lines are apart.', 'The rate of a method is chosen by pictures that are held back; the test pictures then say how good it is. Choosing by the test pictures would flatter whoever had most tries.'],
          found: [],
        },
        {
          title: 'Who is best at one rate for all?',
          text: ['A comparison at one common rate looks fair: everybody gets the same. On the left are the methods that were trained at that rate, on the right the same, each at its own. Move the rate: who wins, and why?'],
          found: [],
          ask: partQuestions.oneRate,
        },
        {
          title: 'Why does every method have a rate of its own?',
          text: ['The same number is another step for each method, since each trains something else. And every loss has an edge beyond which steps lead away from its bottom.'],
          found: [],
        },
      ],
    },
    seeds: {
      name: 'When may you say “better”?',
      minutes: 35,
      about: 'Draw seeds by hand and watch means and intervals; see what chance alone makes of two that do not differ.',
      parts: [
        {
          title: 'How often does chance alone look like a difference?',
          text: ['A seed decides where training starts and in which order pictures come. Another seed gives another accuracy, so a result is a mean over seeds with an interval.', 'Suppose that two methods do not differ at all. Guess what their intervals do.'],
          found: [],
        },
        {
          title: 'What does another seed change?',
          text: ['Draw one seed after another; each is a recorded run of both settings. Watch the means move and the intervals appear and shrink.', 'Start over: the seeds then come in another order. What would you have said after three of them?'],
          found: [],
          ask: partQuestions.overlap,
        },
        {
          title: 'What do intervals do where nothing differs?',
          text: ['Here a thing is compared with itself, again and again, with as much chance as in these runs. Every bold line is a false alarm.', 'Move the number of seeds: the lines become shorter, and about as many are bold. Then stop as soon as 0 is left out: to add seeds until a difference shows is called optional stopping.'],
          found: [],
          ask: partQuestions.addSeeds,
        },
        {
          title: 'What do pairs of the same seed buy?',
          text: ['With the same seed two methods see the same pictures in the same order. Where a seed is lucky for both, its luck cancels in the difference. Then an interval in pairs is shorter; where the luck is not shared it is longer, since pairs are fewer than runs.', 'Choose in pairs or not before you look, as with the number of seeds. The two settings shown first were picked because pairs decide them: of many comparisons some always are.'],
          found: [],
        },
        {
          title: 'What is in an interval?',
          text: ['An interval over seeds is about other seeds, on the same test pictures. Other pictures are another chance, which it does not have in it.'],
          found: [],
        },
      ],
    },
    'few-shots': {
      name: 'Who learns from a few pictures?',
      minutes: 20,
      about: 'A few pictures of each class, or sixteen: which method copes best with little data. Such pictures are called shots.',
      parts: [
        {
          title: 'What helps with very few pictures?',
          text: ['Pictures to learn from are called shots. With one or two of each class, a method with many free parameters can learn them by heart; one with few may not be able to use them.', 'Guess first, then see what recorded runs say.'],
          found: [],
        },
        {
          title: 'What can be learned from these?',
          text: ['This is all that a method sees of each class. Choose how many, and try to say what makes a shirt a shirt, and not a coat or a pullover.', 'With one picture of each class, chance decides which: another seed draws another.'],
          found: [],
        },
        {
          title: 'Who is ahead with the fewest pictures?',
          text: ['A method with many free parameters can memorise a few pictures. Here every method sees only a few training pictures of each class; the test pictures stay the same.'],
          found: [({ groups }) => sentence(shotsFinding(groups)), rankedAt(0)],
          paper: 'CLIP ViT-B/32, one picture of each class: VeRA, the smallest, is best with 66.1 %; RandLoRA 62.5, LoRA 59.3.',
        },
        {
          title: 'Does the order change with more?',
          text: ['Follow each line from left to right. Where lines cross, the answer to “which method” depends on how much data there is.'],
          found: [rankedAt(-1)],
          paper: 'At 16 pictures of each class the order changes: full fine-tuning 76.2 %, RandLoRA 75.8, LoRA 72.6, VeRA 68.6.',
          ask: partQuestions.own,
        },
      ],
    },
    landscape: {
      name: 'What lies between three models?',
      minutes: 35,
      about: 'The plane through LoRA, full fine-tuning and RandLoRA, and what lies between them.',
      parts: [
        {
          title: 'One valley, or several?',
          text: ['The loss of a model can be thought of as a height over all its weights: training walks downhill. Two trained models are two places. Every mix of their weights is a place on the straight line between.', 'Guess what lies there, then take the walk.'],
          found: [],
        },
        {
          title: 'Which way down ends lowest?',
          text: [
            'Training walks downhill on a surface with as many directions as there are weights. Nobody can see it. But three trained models that began at the same pretrained weights span a plane, and on a plane the loss can be drawn.',
            'The three are LoRA, full fine-tuning and RandLoRA, with the same data and seed; LoRA and RandLoRA at the budget that is set. Each keeps a few states on its way, and leaves the one that did best on its validation pictures, where it has them: a corner of the plane.',
            'The curves show the losses of the training batches, each of other pictures. From the next part on, each loss is that of the same fixed pictures for all models, so the numbers there are others.',
          ],
          found: [],
          ask: partQuestions.deepest,
        },
        {
          title: 'What does the plane through them show?',
          text: [
            'Each point is a model: the pretrained weights plus a share of what each of the three learned. The shares always add up to one: at a corner one of the three has all, and outside the triangle some shares are negative.',
            'The map is drawn to scale: ‖ΔW‖ at its axes is a distance between models, as the length of the difference of all their weights.',
            'The legend says which colour is a low loss. The same numbers are also drawn as a surface to be turned.',
          ],
          found: [of(walk.plane)],
          paper: 'The same plane there, not to scale: LoRA at (0, 0), full fine-tuning at (0.5, 1) and RandLoRA at (1, 0), with the shares 1 − y/2 − x, y and x − y/2. The loss of a fixed part of the training set is drawn on 25 × 25 points, cut at 1.2 times the worst of the three.',
        },
        {
          title: 'Where did they all begin?',
          text: [
            'All three set out from the pretrained weights. That point is not a mix of the three with shares that add up to one, so it need not lie in the plane. What is drawn is its shadow: the nearest point of the plane.',
            'So do not read the height under its mark as its loss.',
          ],
          found: [of(walk.origin), of(walk.start)],
          ask: partQuestions.inPlane,
        },
        {
          title: 'Which ways did they go?',
          text: [
            'Each line is one training run, from the first step to the last, as a shadow on the plane. Its corner is the state that the run left, the best on its validation pictures where it has them, which may come before the last step. Only that state lies in the plane: all others lie above or below it, where the loss can differ from that of the ground drawn here. The losses given here are those of the real weights.',
          ],
          found: [({ landscape, kept }) => (landscape ? walk.paths(landscape, kept) : ''), of(startsOf)],
          ask: partQuestions.shadow,
        },
        {
          title: 'Is there a ridge between them?',
          text: [
            'Now walk straight from one corner to the next. A ridge on the way means that no straight path joins the two at a low loss; a curved one may. Without a ridge, every mix on the way is about as good. A corner can also lie lower than another, or on wider ground, where a small step costs little.',
          ],
          found: [of(walk.lowest), of(walk.widest), of(walk.barriers), of(walk.best)],
        },
        {
          title: 'Is it as in the paper?',
          text: [
            'The paper draws this plane for CLIP, trained to the end. What is measured here is a small model after a short training run, so it may well differ; neither is wrong.',
            'More points show more of the ground between, but they change neither the corners nor the lines. What would decide it are other seeds and longer training.',
          ],
          found: [of(walk.agreement), of(walk.overSeeds), of(walk.nearness), of(walk.caveat)],
          paper: 'RandLoRA\u2019s minimum is deeper than LoRA\u2019s there, and connected to that of full fine-tuning.',
          ask: partQuestions.change,
        },
      ],
    },
    memory: {
      name: 'Where does memory go?',
      minutes: 15,
      about: 'Planned to the byte, before anything is trained.',
      parts: [
        {
          title: 'How much memory can a method save?',
          text: ['A step of training keeps the weights, the activations of every layer, and gradients with two numbers of the optimizer for each parameter that learns.', 'Guess what it is worth to let only few parameters learn; the next part plans it for a small model, to the byte.'],
          found: [],
        },
        {
          title: 'What takes memory in training?',
          text: ['Every method keeps the activations that the backward pass needs. Adapters leave the model’s weights frozen; in full fine-tuning they learn. Every trained weight also needs a gradient and the optimizer’s running averages.'],
          found: [optimizer, spread],
          paper: 'Memory relative to full fine-tuning: ViT-B/32 LoRA 81 %, RandLoRA 78; ViT-L/14 72 and 71; ViT-H/14 54 and 51. The larger the model, the more is saved.',
        },
        {
          title: 'What does half the batch save?',
          text: ['Activations grow with the batch; weights and optimizer do not. Halve the batch and compare: the grey part shrinks for everybody. The settings of your project stay as they are.'],
          found: [activations, spread, unlike],
          prepare: 'Halve the batch',
        },
        {
          title: 'What does computing again save?',
          text: ['Activations inside a block can be computed again in the backward pass instead of being kept. That costs time and saves memory.'],
          found: [activations, spread, unlike],
          paper: 'Time is the other side: relative to full fine-tuning LoRA takes 90 % on ViT-B/32 and RandLoRA 113; on ViT-L/14 95 and 128.',
          prepare: 'Recompute activations',
        },
      ],
    },
    step: {
      name: 'What happens in one training step?',
      minutes: 20,
      about: 'From the blocks of a model to the numbers of one token, and to the kernel that computed them.',
      parts: [
        {
          title: 'Which of LoRA’s matrices learns first?',
          text: ['A step goes through the model twice: forward, to a loss, and backward, which says of every number how the loss changes with it. The first update follows from that alone.', 'Guess first. The next parts take real steps of a small model, and look into one of them.'],
          found: [],
        },
        {
          title: 'What does a step do in each block?',
          text: ['Every column is a part of the model. Read the upper half from left to right: pictures become tokens, each block changes the tokens, and the head makes a loss of them. The lower half goes back.', 'The backward pass takes more dispatches than the forward pass. Does it take more multiply-adds, too? Compare LoRA with RandLoRA.', 'Choose a block to look into.'],
          found: [],
          ask: { ask: 'Why is there so little to do backward in the first part?', answer: 'Nothing that comes before the first block learns, so no gradient has to reach it.' },
        },
        {
          title: 'What does a layer do with the adapter?',
          text: [
            'The layer computes y = x Wᵀ + b, and LoRA adds s (x Aᵀ) Bᵀ: down to r numbers, and up again.',
            'Backward, with g as the gradient by y: that of B is s gᵀ (x Aᵀ), and that of A is s (g B)ᵀ x, both added up over all tokens. Where B is zero, so is g B.',
            'Look at step 2: B has changed, and A has a gradient. W has none: it is frozen.',
          ],
          found: [],
        },
        {
          title: 'Which numbers flow through the layer?',
          text: ['Here are the numbers of one token of one picture, as they came out of the step. Move the slider to another token: the marked patch is what it began as.', 'Go from step 1 to 2 and 10, and watch the update’s part grow. All else in y is the frozen weight’s: x Wᵀ + b, and what is added to it.'],
          found: [],
        },
        {
          title: 'Which program computed them?',
          text: [
            'Each dispatch runs one kernel, a small program, in many invocations at once. This is the text of the one that is chosen: one invocation computes a few numbers of the result.',
            'Entry point, size of a workgroup and number of workgroups say how it was started; sizes that are known beforehand are set when it is compiled.',
          ],
          found: [],
          ask: { ask: 'How many invocations does the layer’s product have, and how many numbers does each of them compute?', answer: 'Invocations: the workgroups times the size of one. The result has tokens times outputs numbers, for all pictures of the batch; divide. Where the sizes do not divide evenly, some invocations compute nothing.' },
        },
      ],
    },
  } satisfies Record<LessonName, LessonWords>,
};
