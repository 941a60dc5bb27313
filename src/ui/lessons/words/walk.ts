import { inMedium } from '../../../language/medium';
import { layoutOf, lineBetween, parted, riseAround, RIDGE } from '../../kit/charts/plane';
import { coordinate, weightsAt } from '../../../analysis/plane.meta';
import { formatAlike, formatCount, formatFixed, formatLoss, formatPercent, listOf, formatNumber, counted } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { findingOf, continuesPath, namesOf } from '../../core/analyses/landscapeFindings';
import type { Landscape } from '../../../analysis/analysis.meta';
import type { SeedWalk } from '../../core/analyses/recordedAnalyses';
import { defined, several } from '../../../numbers/defined';
import { landscapeWords } from '../../core/words/landscape';

/** Sentences of the landscape lesson, made of the landscape at hand. An empty one says nothing. */

type Say = (made: Landscape) => string;

/** The set that is spoken of: training images, as in the paper, where they were measured. */
export const spokenSet = ({ sets }: Landscape): number => Math.max(0, sets.findIndex(({ split }) => split === 'train'));

const split = (made: Landscape): string => landscapeWords.splits[defined(made.sets[spokenSet(made)]).split];
const losses = (made: Landscape): number[] => defined(made.sets[spokenSet(made)]).corners.map(({ loss }) => loss);
/** Distance of two of the runs in weights. */
const distance = ({ geometry }: Landscape, a: number, b: number): number => defined(defined(geometry.distances[a])[b]);
const pairs = [[0, 2], [0, 1], [2, 1]] as const;
const margin = `${formatCount(100 * RIDGE)}\u00a0%`;
const percent = (share: number): string => `${formatPercent(share)}\u00a0%`;
const place = (at: number): string => formatFixed(at, 2);
/** A point of the plane as it is read off the map's axes, in lengths. */
const placeOf = (made: Landscape, x: number, y: number): [along: string, up: string] => {
  const [along, up] = layoutOf(made).at(x, y);
  return [formatFixed(along, 1), formatFixed(up, 1)];
};

const words = {
  distance: (a: string, b: string, length: string) => `${a} and ${b} ${length}`,
  plane: (lengths: string[], measured: number, all: number, images: number, of: number, split: string) => `Distances, as norms over all weights: ${listOf(lengths)}. ${formatNumber(measured)} of ${formatNumber(all)} points were measured, each on the same ${formatNumber(images)} of ${formatNumber(of)} ${split}.`,
  originNear: (along: string, up: string, off: string) => `The pretrained model’s shadow falls at ${along} on the map’s horizontal axis and ${up} on its upright one. It lies ${off} off the plane, which is next to nothing.`,
  origin: (along: string, up: string, off: string, share: string, nearest: string) => `The pretrained model’s shadow falls at ${along} on the map’s horizontal axis and ${up} on its upright one. It lies ${off} off the plane: ${share} of its distance to ${nearest}, the nearest corner. The plane does not go through it.`,
  start: (split: string, before: string, after: string[]) => `With a head of zeros its loss on the ${split} is ${before}; at the corners it is ${listOf(after)}.`,
  lossOf: (loss: string, name: string) => `${loss} (${name})`,
  path: (name: string, first: string, last: string, steps: number, off: string, at: number, share: string) => `${name} goes from a loss of ${first} to ${last} in ${formatNumber(steps)} steps, and is up to ${off} off the plane on the way, at step ${formatNumber(at)} (${share} of the length of its whole update).`,
  /** For a path that goes on beyond its corner; `step` is 0 if it is not known. */
  corner: (step: number, loss: string) => `Its corner is the state that it left, ${step === 0 ? 'one of before the last step' : `of step ${formatNumber(step)}`}, with a loss of ${loss}.`,
  lowest: (name: string, all: string[], split: string) => `${name} found the lowest place, on the ${split}: ${listOf(all)}.`,
  /** By other pictures, where another corner is the lowest there. */
  otherwise: (split: string, all: string[]) => `On the ${split} the order is another: ${listOf(all)}.`,
  noneLowest: (all: string[], margin: string) => `No corner is clearly lowest: ${listOf(all)}. Differences under ${margin} are not told apart here.`,
  around: (rise: string, name: string) => `${rise} around ${name}`,
  widest: (radius: string, rises: string[], name: string) => `On a circle of radius ${radius} in the plane, half the shortest way between two corners, the loss is on average higher by ${listOf(rises)}: the ground is widest around ${name}.`,
  noneWidest: (radius: string, rises: string[], margin: string) => `On a circle of radius ${radius} in the plane, half the shortest way between two corners, the loss is on average higher by ${listOf(rises)}. That is under ${margin} of the loss apart: none is clearly wider.`,
  best: (loss: string, along: string, up: string, mix: string[]) => `The lowest of the measured points, ${loss} at ${along} on the map’s horizontal axis and ${up} on its upright one, is a model nobody trained: ${listOf(mix)}.`,
  rise: (loss: string, from: string, to: string) => `${loss ? loss : 'more than any number'} from ${from} to ${to}`,
  noBarriers: (finding: string) => `${finding}. On none of the lines does the loss rise above the straight line between its ends.`,
  barriers: (finding: string, rises: string[], margin: string) => `${finding}. Above the straight line between its ends the loss rises by ${listOf(rises)}; more than ${margin} of the higher end is called a ridge.`,
  caveat: (images: number) => inMedium`This is one run of each method, measured on ${counted(images, inMedium`picture`, inMedium`pictures`)}, on one plane of very many. Another seed, other pictures or another plane may look different.`,
  caveatOfSeeds: (images: number, seeds: number) => `These are ${formatNumber(seeds)} seeds of each method, measured on ${formatNumber(images)} pictures; the plane is that of one seed. Longer training, other pictures or another plane may look different.`,
  seeds: (seeds: number, split: string, corners: string, lines: string[]) => `Over ${formatNumber(seeds)} seeds, on the ${split}: ${corners}; the loss rises above the straight line by ${listOf(lines)}.`,
  lowerCorner: (name: string, of: string, times: number, seeds: number) => `${name}’s corner is lower than ${of} in ${formatNumber(times)} of ${formatNumber(seeds)}`,
  rises: (range: string, name: string) => `${range} from ${name} to full fine-tuning`,
  deeper: (randlora: string, lora: string) => `Deeper: yes, ${randlora} against ${lora}.`,
  notDeeper: (randlora: string, lora: string) => `Deeper: no, here LoRA’s is the deeper one, ${randlora} against ${lora}.`,
  undecided: (randlora: string, lora: string, margin: string) => `Deeper: not decided, ${randlora} against ${lora} is within ${margin}.`,
  /** By other pictures, where these say the opposite. */
  otherwiseDeeper: (split: string, randlora: string, lora: string) => `On the ${split} it is the other way round, ${randlora} against ${lora}.`,
  connected: () => 'Connected to full fine-tuning: yes, no ridge lies between, while one separates LoRA from it.',
  allConnected: () => 'Connected to full fine-tuning: yes, no ridge lies between; but none separates LoRA from it either, so this plane does not show what sets RandLoRA apart.',
  notConnected: () => 'Connected to full fine-tuning: no, a ridge lies between.',
  nearer: (name: string, randlora: string, lora: string) => `${name} is nearer to full fine-tuning in weights: RandLoRA ${randlora}, LoRA ${lora}. A short distance does not mean a flat path.`,
  noneNearer: (randlora: string, lora: string) => `Neither is clearly nearer to full fine-tuning in weights: RandLoRA ${randlora}, LoRA ${lora}. A short distance does not mean a flat path.`,
};

export const plane: Say = (made) => {
  const { sets, spec, measured } = made;
  const names = namesOf(made);
  const set = defined(sets[spokenSet(made)]);
  const length = formatAlike(pairs.map(([a, b]) => distance(made, a, b)));
  const lengths = pairs.map(([a, b]) => words.distance(defined(names[a]), defined(names[b]), length(distance(made, a, b))));
  return words.plane(lengths, measured, spec.grid ** 2, set.images, set.of, split(made));
};

export const origin: Say = (made) => {
  const { plane: axes, geometry } = made;
  if (!axes) return '';
  const { x, y, residual } = axes.pretrained;
  const nearest = geometry.norms.indexOf(Math.min(...geometry.norms));
  const share = residual / defined(geometry.norms[nearest]);
  const at = placeOf(made, x, y);
  return share < RIDGE ? words.originNear(...at, formatLoss(residual)) : words.origin(...at, formatLoss(residual), percent(share), defined(namesOf(made)[nearest]));
};

export const start: Say = (made) => {
  const before = defined(made.sets[spokenSet(made)]).pretrained;
  const after = losses(made);
  if (!before || !after.every(Number.isFinite)) return '';
  return words.start(split(made), formatLoss(before.loss), namesOf(made).map((name, k) => words.lossOf(formatLoss(defined(after[k])), name)));
};

/** `kept`: steps of the states at the corners, where these are known. */
export const paths = (made: Landscape, kept: readonly number[] = []): string => {
  if (made.paths.length === 0) return made.complete ? landscapeWords.noPaths : '';
  const names = namesOf(made);
  const at = spokenSet(made);
  const one = made.paths.flatMap((path) => {
    const { run, points } = path;
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return [];
    const off = points.reduce((most, point) => (point.residual > most.residual ? point : most));
    const share = off.residual / defined(made.geometry.norms[run]);
    const way = words.path(defined(names[run]), formatLoss(defined(first.measured[at]).loss), formatLoss(defined(last.measured[at]).loss), last.step, formatLoss(off.residual), off.step, percent(share));
    return [continuesPath(made, path) ? `${way} ${words.corner(kept[run] ?? 0, formatLoss(defined(losses(made)[run])))}` : way];
  });
  return one.join(' ');
};

/** The corners by their loss on one of the sets, the lowest first; empty before all are measured. */
function byLoss(made: Landscape, at: number): { name: string; loss: number; said: string }[] {
  const after = defined(made.sets[at]).corners.map(({ loss }) => loss);
  const all = namesOf(made).map((name, k) => ({ name, loss: defined(after[k]), said: `${name} ${formatAlike(after)(defined(after[k]))}` }));
  return after.every(Number.isFinite) ? all.sort((a, b) => a.loss - b.loss) : [];
}

export const lowest: Say = (made) => {
  const at = spokenSet(made);
  const order = byLoss(made, at);
  if (order.length === 0) return '';
  const [first, second] = several(order, 2);
  const said = order.map((one) => one.said);
  const here = second.loss - first.loss > RIDGE * second.loss ? words.lowest(first.name, said, split(made)) : words.noneLowest(said, margin);
  const others = made.sets.flatMap((set, i) => {
    const other = i === at ? [] : byLoss(made, i);
    return other[0] && other[0].name !== first.name ? [words.otherwise(landscapeWords.splits[set.split], other.map((one) => one.said))] : [];
  });
  return [here, ...others].join(' ');
};

export const widest: Say = (made) => {
  const at = spokenSet(made);
  const names = namesOf(made);
  const radius = Math.min(...pairs.map(([a, b]) => distance(made, a, b))) / 2;
  const after = losses(made);
  const order = names.flatMap((name, k) => {
    const rise = riseAround(made, at, k, radius);
    return rise === null ? [] : [{ name, rise, loss: defined(after[k]) }];
  }).sort((a, b) => a.rise - b.rise);
  if (order.length < names.length) return '';
  const format = formatAlike(order.map(({ rise }) => rise));
  const said = order.map(({ name, rise }) => words.around(format(rise), name));
  const [first, second] = several(order, 2);
  return second.rise - first.rise > RIDGE * first.loss ? words.widest(formatLoss(radius), said, first.name) : words.noneWidest(formatLoss(radius), said, margin);
};

export const best: Say = (made) => {
  const { spec, sets } = made;
  const { loss } = defined(sets[spokenSet(made)]);
  let low = -1;
  loss.forEach((value, index) => {
    if (Number.isFinite(value) && (low < 0 || value < defined(loss[low]))) low = index;
  });
  if (low < 0 || made.measured < 9) return '';
  const [x, y] = [coordinate(spec.x, spec.grid, low % spec.grid), coordinate(spec.y, spec.grid, Math.floor(low / spec.grid))];
  return words.best(formatLoss(defined(loss[low])), ...placeOf(made, x, y), namesOf(made).map((name, k) => `${place(defined(weightsAt(x, y)[k]))} ${name}`));
};

export const barriers: Say = (made) => {
  const found = findingOf(made, spokenSet(made));
  if (!found) return '';
  const names = namesOf(made);
  const at = spokenSet(made);
  const rises = made.lines.flatMap(({ from, to, sets }) => {
    const { barrier } = defined(sets[at]);
    return barrier < 0.001 ? [] : [words.rise(Number.isFinite(barrier) ? formatLoss(barrier) : '', defined(names[from]), defined(names[to]))];
  });
  return rises.length === 0 ? words.noBarriers(found) : words.barriers(found, rises, margin);
};

/** `others`: the same methods at other seeds. */
export const caveat = (made: Landscape, others: readonly SeedWalk[] = []): string => {
  const { images } = defined(made.sets[spokenSet(made)]);
  return others.length === 0 ? words.caveat(images) : words.caveatOfSeeds(images, 1 + others.length);
};

/** Indices of the runs with the paper's methods; -1 for a method without a run. */
function paperPlaces({ runs }: SeedWalk): [lora: number, full: number, randlora: number] {
  const place = (method: string) => runs.findIndex((run) => run.method === method);
  return [place('lora'), place('full'), place('randlora')];
}

/** The paper's two claims beside what is measured here, where the three are the paper's methods. */
export const agreement: Say = (made) => {
  const [lora, full, randlora] = paperPlaces(made);
  const at = spokenSet(made);
  const after = losses(made);
  if (Math.min(lora, full, randlora) < 0 || !after.every(Number.isFinite)) return '';
  const [ofLora, ofRandLora] = [defined(after[lora]), defined(after[randlora])];
  const by = (ofLora - ofRandLora) / Math.max(ofLora, ofRandLora);
  const values = [formatLoss(ofRandLora), formatLoss(ofLora)] as const;
  const others = made.sets.flatMap(({ split: other, corners }, i) => {
    const [l, r] = [defined(corners[lora]).loss, defined(corners[randlora]).loss];
    return i !== at && (l - r) * by < 0 ? [words.otherwiseDeeper(landscapeWords.splits[other], formatLoss(r), formatLoss(l))] : [];
  });
  const deeper = [by > RIDGE ? words.deeper(...values) : by < -RIDGE ? words.notDeeper(...values) : words.undecided(...values, margin), ...others].join(' ');
  const [joined, loraJoined] = [parted(made, at, randlora, full), parted(made, at, lora, full)];
  if (joined === null || loraJoined === null) return deeper;
  return `${deeper} ${joined ? words.notConnected() : loraJoined ? words.connected() : words.allConnected()}`;
};

/** The smallest and the largest of some losses; one where they look the same. */
function rangeOf(values: readonly number[]): string {
  const [low, high] = [formatFixed(Math.min(...values), 2), formatFixed(Math.max(...values), 2)];
  return low === high ? low : `${low} to ${high}`;
}

/** What the paper's claims come to over seeds, on each set of pictures; empty where there is one seed alone. */
export const overSeeds = (made: Landscape, others: readonly SeedWalk[] = []): string => {
  const all = [made, ...others];
  const [lora, full, randlora] = paperPlaces(made);
  if (others.length === 0 || Math.min(lora, full, randlora) < 0) return '';
  return made.sets
    .map(({ split }, at) => {
      const corner = (run: number) => all.map(({ sets }) => defined(defined(sets[at]).corners[run]).loss);
      const rise = (run: number) => rangeOf(all.map(({ lines }) => defined(defined(lineBetween(lines, run, full)).sets[at]).barrier));
      const [ofLora, ofRandLora] = [corner(lora), corner(randlora)];
      const times = ofLora.filter((loss, i) => loss < defined(ofRandLora[i])).length;
      const names = [methodLook('lora').title, methodLook('randlora').title] as const;
      const [[name, values], [other, theirs]] = 2 * times >= all.length ? ([[names[0], ofLora], [names[1], ofRandLora]] as const) : ([[names[1], ofRandLora], [names[0], ofLora]] as const);
      const corners = `${words.lowerCorner(name, `${other}’s`, Math.max(times, all.length - times), all.length)} (${rangeOf(values)} against ${rangeOf(theirs)})`;
      return words.seeds(all.length, landscapeWords.splits[split], corners, [words.rises(rise(randlora), names[1]), words.rises(rise(lora), names[0])]);
    })
    .join(' ');
};

/** Compares how near the adapters came to the fully fine-tuned weights. */
export const nearness: Say = (made) => {
  const [lora, full, randlora] = paperPlaces(made);
  if (Math.min(lora, full, randlora) < 0) return '';
  const [l, r] = [distance(made, lora, full), distance(made, randlora, full)];
  const near = formatAlike([l, r]);
  if (Math.abs(l - r) <= RIDGE * Math.max(l, r)) return words.noneNearer(near(r), near(l));
  return words.nearer(methodLook(r < l ? 'randlora' : 'lora').title, near(r), near(l));
};
