/** Axes: a domain that starts and ends on ticks, so that it widens in steps and does not slide while a run grows. */
import { nice, ticks, tickStep } from 'd3-array';
import { defined } from '../numbers/defined';

export interface Scale {
  min: number;
  max: number;
  log: boolean;
  ticks: number[];
}

/** Position of a value in its scale, 0 to 1. */
export function at(scale: Scale, value: number): number {
  if (scale.max === scale.min) return 0.5;
  return scale.log ? Math.log(value / scale.min) / Math.log(scale.max / scale.min) : (value - scale.min) / (scale.max - scale.min);
}

/** The value at a position of 0 to 1. */
export function valueAt(scale: Scale, position: number): number {
  return scale.log ? scale.min * (scale.max / scale.min) ** position : scale.min + position * (scale.max - scale.min);
}

/** d3 takes the nearest of steps of 1, 2 or 5 times a power of ten, which may be two thirds of the step asked for; asked for fewer ticks, it takes nine tenths of it at least, and the step itself where that is round. */
const few = 0.708;
/** The round step of about `count` parts of [low, high], and its multiples there. */
export const roundStep = (low: number, high: number, count: number): number => tickStep(low, high, few * count);
export const roundValues = (low: number, high: number, count: number): number[] => ticks(low, high, few * count);

const clean = (value: number): number => Number(value.toPrecision(12));

/** The first and the last of ticks, of which there is one at least. */
const endsOf = (ticks: readonly number[]) => ({ min: defined(ticks[0]), max: defined(ticks.at(-1)) });
/** Ratio of the last tick to the first, as a logarithm. */
function ratioOf(ticks: readonly number[]): number {
  const { min, max } = endsOf(ticks);
  return Math.log(max / min);
}

/** Linear scale around [low, high] with about `count` ticks; the ends are ticks. Of no values, whose ends are infinite, it is that from 0 to 1. */
export function linearScale(low: number, high: number, count = 5): Scale {
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = [0, 1];
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const ticks = roundValues(...nice(low, high, few * count), count);
  return { ...endsOf(ticks), log: false, ticks };
}

/** Linear scale of amounts, which are never below nothing; `whole` ones have no ticks between two of them. */
export function amountScale(low: number, high: number, whole: boolean, count = 4): Scale {
  const from = Math.max(0, low);
  // Around a single value there is as much as it is, or the next whole ones.
  const [first, last] = high > from ? [from, high] : whole ? [Math.max(0, from - 1), from + 1] : [0, from > 0 ? 2 * from : 1];
  const scale = linearScale(first, last, count);
  if (!whole || scale.ticks.every(Number.isInteger)) return scale;
  const [min, max] = [Math.floor(first), Math.ceil(last)];
  return { min, max, log: false, ticks: Array.from({ length: max - min + 1 }, (_, i) => min + i) };
}

/** Linear scale from zero to exactly `high`: an axis of steps. */
export function extentScale(high: number, count = 5): Scale {
  const max = high > 0 ? high : 1;
  return { min: 0, max, log: false, ticks: roundValues(0, max, count) };
}

/** The same of what is read in wholes, as steps and the seconds of a clock: never shorter than one, so that its ticks differ. */
export function wholeScale(high: number): Scale {
  const scale = extentScale(Math.max(1, high));
  return { ...scale, ticks: scale.ticks.filter(Number.isInteger) };
}

/** Steps of an axis of shares, about. */
const shareSteps = 5;

/** [low, high] within 0 and 1, as far apart that one of `count` that are counted, more or less, is a step of an axis over them or less. */
export function aroundCounted(low: number, high: number, count: number): [number, number] {
  const lack = Math.max(0, Math.min(1, shareSteps / count) - (high - low)) / 2;
  const shift = Math.max(0, lack - Math.max(0, low)) - Math.max(0, high + lack - 1);
  return lack > 0 ? [low - lack + shift, high + lack + shift] : [low, high];
}

/** Linear scale of shares of so many, 0 to 1: never below nothing or above all, and some room around a single value. */
export function shareScale(low: number, high: number, count = Infinity): Scale {
  const [from, to] = aroundCounted(low, high, count);
  const pad = Math.max(0, 0.02 - (to - from) / 2);
  return linearScale(Math.max(0, from - pad), Math.min(1, to + pad), shareSteps);
}

/**
 * An axis over [low, high] that also shows the intervals around its values, whole as long as they leave the values half of it:
 * an interval of a few seeds can be many times as wide as what there is to see.
 */
export function reach(low: number, high: number, edges: readonly number[]): [number, number] {
  const most = Math.max(high - low, 0.04) / 2;
  return [Math.max(low - most, Math.min(low, ...edges)), Math.min(high + most, Math.max(high, ...edges))];
}

/** The same of an axis of ratios: an interval that reaches zero ends nowhere on it. */
export function reachRatio(low: number, high: number, edges: readonly number[]): [number, number] {
  const most = Math.sqrt(Math.max(high / low, 1.5));
  return [Math.max(low / most, Math.min(low, ...edges)), Math.min(high * most, Math.max(high, ...edges))];
}

/** True where an interval's end lies beyond what an axis shows; of `shares` none is below nothing or above all. */
export const isBeyond = ({ min, max }: Scale, edge: number, shares: boolean): boolean => (edge < min && !(shares && min === 0)) || (edge > max && !(shares && max === 1));

/** Steps of an axis of time, in seconds, that clocks have; from two days on they double. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Linear scale of seconds around [low, high] with steps that clocks have; the ends are ticks, and no time is below none. */
export function timeScale(low: number, high: number, count = 4): Scale {
  if (!(high > low)) [low, high] = [low / 2, Math.max(1, low * 1.5)];
  const raw = (high - low) / count;
  let step = timeSteps.find((one) => one >= raw * 0.999) ?? 86_400;
  while (step < raw * 0.999) step *= 2;
  const first = Math.max(0, Math.floor(low / step + 1e-9));
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { ...endsOf(ticks), log: false, ticks };
}

/** More ticks than this make an axis hard to read. */
const mostTicks = 8;
const ladders = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7], [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9]];

/** Logarithmic scale around [low, high], both positive; the ends are ticks, as close around the values as round ones can be. */
export function logScale(low: number, high: number, count = 4): Scale {
  if (!(high > low * 1.001)) [low, high] = [low / 1.5, low * 1.5];
  const decades = Math.log10(high / low);
  // Within a small part of a decade the steps are even ones.
  const even = high < 2 * low ? linearScale(low, high, count).ticks.filter((tick) => tick > 0) : [];
  const few = [...ladders.map((ladder) => logTicks(low, high, ladder)), even].filter((ticks) => ticks.length > 2 && ticks.length <= mostTicks && defined(ticks[0]) <= low * 1.0001);
  const best = decades > 2 * count || few.length === 0 ? decadeTicks(low, high, Math.ceil(decades / count)) : few.reduce((one, other) => (ratioOf(other) < ratioOf(one) - 1e-9 ? other : one));
  return { ...endsOf(best), log: true, ticks: best };
}

/** Logarithmic scale over a few counts, each a tick: points stand there and nowhere else. */
export function countsScale(counts: readonly number[]): Scale {
  const ticks = [...new Set(counts)].sort((a, b) => a - b);
  const { min, max } = endsOf(ticks);
  return { min: min / 1.15, max: max * 1.15, log: true, ticks };
}

/** A log scale that spans at least this factor around its values: what is nearly equal is drawn so. */
export function wideLogScale(low: number, high: number, least = 4): Scale {
  const more = Math.max(1, Math.sqrt((least * low) / high));
  return logScale(low / more, high * more);
}

/** Powers of ten, `stride` decades apart: a run that diverges spans dozens of them. */
function decadeTicks(low: number, high: number, stride: number): number[] {
  const first = Math.floor(Math.log10(low) / stride + 1e-9) * stride;
  const last = Math.ceil(Math.log10(high) / stride - 1e-9) * stride;
  return Array.from({ length: Math.round((last - first) / stride) + 1 }, (_, i) => Number(`1e${first + i * stride}`));
}

function logTicks(low: number, high: number, ladder: number[]): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.ceil(Math.log10(high)) + 1; power++) {
    for (const factor of ladder) all.push(clean(factor * 10 ** power));
  }
  const first = all.findLastIndex((tick) => tick <= low * 1.0001);
  const last = all.findIndex((tick) => tick >= high * 0.9999);
  return all.slice(first, last + 1);
}

/** Shift of the words of a tick near an end towards the inside, in em. */
export function tickShift(left: number, text: string, bold = false): number {
  // As wide as figures are in the widest fonts that a page is read in.
  const half = (bold ? 0.35 : 0.32) * text.length;
  return left > 85 ? Math.min(0, 2 - half) : left < 15 ? Math.max(0, half - 3) : 0;
}

/** The words of a tick stand under the middle of it; long ones near an end as far inside as they must. `left` is in percent. */
export function tickPlace(left: number, text: string, bold = false): { left: string; transform?: string } {
  const inside = tickShift(left, text, bold);
  return { left: `${left}%`, ...(inside !== 0 && { transform: `translateX(calc(-50% + ${inside.toFixed(2)}em))` }) };
}

/** The least room between the words of two ticks, in the unit of the axis's length. */
const tickGap = 8;

/**
 * The ticks whose words keep clear of each other on an axis of this length, at regular steps. `widthOf` is the width of a
 * word, `shiftOf` how far inside it stands, in the unit of `length`.
 */
export function roomyTicks(scale: Scale, length: number, widthOf: (tick: number) => number, shiftOf: (tick: number) => number = () => 0): number[] {
  const middle = (tick: number) => at(scale, tick) * length + shiftOf(tick);
  const clear = (one: number, other: number) => Math.abs(middle(one) - middle(other)) >= (widthOf(one) + widthOf(other)) / 2 + tickGap;
  const allClear = (ticks: readonly number[]) => ticks.every((tick, i) => i === 0 || clear(tick, defined(ticks[i - 1])));
  if (scale.log && !allClear(scale.ticks)) {
    // Fewer of each decade, then fewer decades, as long as they span half of what all do.
    const spans = (ticks: readonly number[]) => ticks.length > 1 && 2 * ratioOf(ticks) > 0.99 * ratioOf(scale.ticks);
    const few = [[1, 2, 5], [1, 3], [1]].map((ladder) => scale.ticks.filter((tick) => ladder.includes(leadOf(tick)))).find((ticks) => spans(ticks) && allClear(ticks));
    if (few) return few;
    const decades = everyFew(scale.ticks.filter((tick) => leadOf(tick) === 1), clear);
    if (spans(decades)) return decades;
  }
  return everyFew(scale.ticks, clear);
}

/** Leading digits of a number: 2 of 2000, 1.5 of 0.15. */
const leadOf = (value: number): number => Number(value.toExponential(5).replace(/e.*/, ''));

/** The row of each tick, where all are to be named: the first in which its word keeps clear of those before it. */
export function tickRows(scale: Scale, length: number, widthOf: (tick: number) => number, shiftOf: (tick: number) => number = () => 0): number[] {
  const ends: number[] = [];
  return scale.ticks.map((tick) => {
    const [middle, half] = [at(scale, tick) * length + shiftOf(tick), widthOf(tick) / 2];
    const free = ends.findIndex((end) => middle - half >= end + tickGap);
    const row = free < 0 ? ends.length : free;
    ends[row] = middle + half;
    return row;
  });
}

/** Every tick, or every second, third, … of evenly spaced ones, as many as there is room for. */
function everyFew(ticks: readonly number[], clear: (one: number, other: number) => boolean): number[] {
  for (let stride = 1; stride < ticks.length; stride++) {
    const some = ticks.filter((_, i) => i % stride === 0);
    if (some.every((tick, i) => i === 0 || clear(tick, defined(some[i - 1])))) return some;
  }
  return ticks.slice(0, 1);
}
