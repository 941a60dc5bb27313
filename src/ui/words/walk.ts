import { parted, riseAround, RIDGE } from '../charts/plane';
import { coordinate, weightsAt } from '../../analysis/plane.meta';
import { formatCount, formatLoss, formatPercent } from '../format';
import { findingOf, namesOf } from '../panels/landscapeFindings';
import type { Landscape } from '../../train/analysis.meta';
import { landscapeWords } from './landscape';
import { listOf } from './grammar';

/** Sentences of the landscape lesson, made of the landscape at hand. An empty one says nothing. */

type Say = (made: Landscape) => string;

/** The set that is spoken of: training images, as in the paper, where they were measured. */
export const spokenSet = ({ sets }: Landscape): number => Math.max(0, sets.findIndex(({ split }) => split === 'train'));

const split = (made: Landscape): string => landscapeWords.splits[made.sets[spokenSet(made)].split];
const losses = (made: Landscape): number[] => made.sets[spokenSet(made)].corners.map(({ loss }) => loss);
const pairs = [[0, 2], [0, 1], [2, 1]] as const;
const margin = `${100 * RIDGE}\u00a0%`;
const percent = (share: number): string => `${formatPercent(share)}\u00a0%`;

export const plane: Say = (made) => {
  const { geometry, plane: axes, sets, spec, measured } = made;
  const names = namesOf(made);
  const set = sets[spokenSet(made)];
  const lengths = pairs.map(([a, b]) => `${names[a]} and ${names[b]} ${formatLoss(geometry.distances[a][b])}`);
  const angle = axes ? (180 / Math.PI) * Math.acos(axes.cosine) : 90;
  const scale = axes ? ` One unit of x is ${formatLoss(axes.unit_x)} long, one of y ${formatLoss(axes.unit_y)}${Math.abs(90 - angle) > 10 ? `, and between the two is an angle of ${formatCount(angle)}°; the map is drawn to scale` : ''}.` : '';
  return `Distances, as norms over all weights: ${listOf(lengths)}.${scale} ${formatCount(measured)} of ${formatCount(spec.grid ** 2)} points were measured, each on the same ${formatCount(set.images)} of ${formatCount(set.of)} ${split(made)}.`;
};

export const origin: Say = (made) => {
  const { plane: axes, geometry } = made;
  if (!axes) return '';
  const { x, y, residual } = axes.pretrained;
  const nearest = geometry.norms.indexOf(Math.min(...geometry.norms));
  const share = residual / geometry.norms[nearest];
  const where = `The pretrained model’s shadow falls on x ${x.toFixed(2)}, y ${y.toFixed(2)}.`;
  if (share < RIDGE) return `${where} It lies ${formatLoss(residual)} off the plane, which is next to nothing.`;
  return `${where} It lies ${formatLoss(residual)} off the plane: ${percent(share)} of its distance to ${namesOf(made)[nearest]}, the nearest corner. The plane does not go through it.`;
};

export const start: Say = (made) => {
  const before = made.sets[spokenSet(made)].pretrained;
  const after = losses(made);
  if (!before || !after.every(Number.isFinite)) return '';
  return `With a head of zeros its loss on the ${split(made)} is ${formatLoss(before.loss)}; at the corners it is ${listOf(namesOf(made).map((name, k) => `${formatLoss(after[k])} (${name})`))}.`;
};

export const paths: Say = (made) => {
  if (made.paths.length === 0) return made.complete ? landscapeWords.noPaths : '';
  const names = namesOf(made);
  const at = spokenSet(made);
  const one = made.paths.map(({ run, points }) => {
    const [first, last] = [points[0], points[points.length - 1]];
    const off = points.reduce((most, point) => (point.residual > most.residual ? point : most));
    const share = off.residual / made.geometry.norms[run];
    return `${names[run]} comes from ${formatLoss(first.measured[at].loss)} to ${formatLoss(last.measured[at].loss)} in ${formatCount(last.step)} steps, and is up to ${formatLoss(off.residual)} off the plane on its way, at step ${formatCount(off.step)} (${percent(share)} of the length of its whole update).`;
  });
  return one.join(' ');
};

export const lowest: Say = (made) => {
  const after = losses(made);
  if (!after.every(Number.isFinite)) return '';
  const names = namesOf(made);
  const order = after.map((_, k) => k).sort((a, b) => after[a] - after[b]);
  const [first, second] = order;
  const apart = after[second] - after[first] > RIDGE * after[second];
  const said = listOf(order.map((k) => `${names[k]} ${formatLoss(after[k])}`));
  return apart ? `${names[first]} found the lowest place: ${said}.` : `No corner is clearly lowest: ${said}. What is under ${margin} apart is not told apart here.`;
};

export const widest: Say = (made) => {
  const at = spokenSet(made);
  const names = namesOf(made);
  const radius = Math.min(...pairs.map(([a, b]) => made.geometry.distances[a][b])) / 2;
  const rises = names.map((_, k) => riseAround(made, at, k, radius));
  if (rises.some((rise) => rise === null)) return '';
  const order = names.map((_, k) => k).sort((a, b) => rises[a]! - rises[b]!);
  const said = listOf(order.map((k) => `${formatLoss(rises[k]!)} around ${names[k]}`));
  const apart = rises[order[1]]! - rises[order[0]]! > RIDGE * losses(made)[order[0]];
  const start = `On a circle of radius ${formatLoss(radius)} in the plane, half the shortest way between two corners, the loss is on average higher by ${said}`;
  return apart ? `${start}: the ground is widest around ${names[order[0]]}.` : `${start}. That is under ${margin} of the loss apart: none is clearly wider.`;
};

export const best: Say = (made) => {
  const { spec, sets } = made;
  const { loss } = sets[spokenSet(made)];
  let low = -1;
  loss.forEach((value, index) => {
    if (Number.isFinite(value) && (low < 0 || value < loss[low])) low = index;
  });
  if (low < 0 || made.measured < 9) return '';
  const [x, y] = [coordinate(spec.x, spec.grid, low % spec.grid), coordinate(spec.y, spec.grid, Math.floor(low / spec.grid))];
  const mix = namesOf(made).map((name, k) => `${weightsAt(x, y)[k].toFixed(2)} ${name}`);
  return `The lowest of the measured points, ${formatLoss(loss[low])} at x ${x.toFixed(2)}, y ${y.toFixed(2)}, is a model nobody trained: ${listOf(mix)}.`;
};

export const barriers: Say = (made) => {
  const found = findingOf(made, spokenSet(made));
  if (!found) return '';
  const names = namesOf(made);
  const at = spokenSet(made);
  const rises = made.lines.filter(({ sets }) => !(sets[at].barrier < 0.001)).map(({ from, to, sets }) => `${Number.isFinite(sets[at].barrier) ? formatLoss(sets[at].barrier) : 'more than any number'} from ${names[from]} to ${names[to]}`);
  if (rises.length === 0) return `${found}. On none of the lines does the loss rise above the straight line between its ends.`;
  return `${found}. Above the straight line between its ends the loss rises by ${listOf(rises)}; more than ${margin} of the higher end is called a ridge.`;
};

export const caveat: Say = (made) => {
  const set = made.sets[spokenSet(made)];
  return `This is one training of each method, measured on ${formatCount(set.images)} pictures, on one plane of very many. Another seed, other pictures or another cut may look otherwise.`;
};

/** The paper's two claims beside what is measured here, where the three are the paper's methods. */
export const agreement: Say = (made) => {
  const place = (method: string) => made.runs.findIndex((run) => run.method === method);
  const [lora, full, randlora] = ['lora', 'full', 'randlora'].map(place);
  const at = spokenSet(made);
  const after = losses(made);
  if (Math.min(lora, full, randlora) < 0 || !after.every(Number.isFinite)) return '';
  const by = (after[lora] - after[randlora]) / Math.max(after[lora], after[randlora]);
  const values = `${formatLoss(after[randlora])} against ${formatLoss(after[lora])}`;
  const deeper = by > RIDGE ? `Deeper: yes, ${values}.` : by < -RIDGE ? `Deeper: no, here LoRA’s is the deeper one, ${values}.` : `Deeper: not decided, ${values} is within ${margin}.`;
  const [joined, loraJoined] = [parted(made, at, randlora, full), parted(made, at, lora, full)];
  if (joined === null || loraJoined === null) return deeper;
  const connected = joined
    ? 'Connected to full fine-tuning: no, a ridge lies between.'
    : `Connected to full fine-tuning: yes, no ridge lies between${loraJoined ? ', while one parts LoRA from it.' : '; but none parts LoRA from it either, so this plane does not show what sets RandLoRA apart.'}`;
  return `${deeper} ${connected}`;
};

/** How near the adapters came to the fully fine-tuned weights. */
export const nearness: Say = (made) => {
  const [lora, full, randlora] = ['lora', 'full', 'randlora'].map((method) => made.runs.findIndex((run) => run.method === method));
  if (Math.min(lora, full, randlora) < 0) return '';
  const [l, r] = [made.geometry.distances[lora][full], made.geometry.distances[randlora][full]];
  const who = Math.abs(l - r) <= RIDGE * Math.max(l, r) ? 'Neither is clearly nearer to full fine-tuning in weights' : `${r < l ? 'RandLoRA' : 'LoRA'} is nearer to full fine-tuning in weights`;
  return `${who}: RandLoRA ${formatLoss(r)}, LoRA ${formatLoss(l)}. A short way is not yet a flat one.`;
};
