import { mostBudget, type SweepAxis } from './settings';
import { sweepWords } from '../words/queue';

/** Text typed into a sweep: lists of numbers, with ranges and units. */

/** A learning rate as such, or as a multiple of the method's own. */
export type Rate = { lr: number } | { times: number };
export interface SweepValues {
  budget: number[];
  /** 0 takes all images. */
  shots: number[];
  seed: number[];
  lr: Rate[];
}

/** The most that a value of each kind may be; a rate may be ten, or a thousand times the method's own. */
export const mostOf: Record<SweepAxis, number> = { budget: mostBudget, shots: 100_000, seed: 2 ** 31, lr: 10 };
const mostTimes = 1000;

/** More values of one kind than anybody can run. */
export const mostValues = 100;

type Read<T> = { ok: true; values: T[] } | { ok: false; error: string };

const whole = /^\d{1,10}$/;
const units: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9 };

/** "0-4" or "0..4": every number of a range; "7": one. Null for anything else. */
function seeds(text: string): number[] | null {
  const [, from, to] = /^(\d{1,10})(?:-|\.\.|–)(\d{1,10})$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return whole.test(text) && Number(text) <= mostOf.seed ? [Number(text)] : null;
  const [low, high] = [Number(from), Number(to)];
  if (high < low || high > mostOf.seed) return null;
  return Array.from({ length: Math.min(high - low, mostValues) + 1 }, (_, i) => low + i);
}

/** "40000", "40,000", "40k", "1.5M"; null for what is no amount from 1 to ten thousand millions. */
export function readCount(text: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)([kmg]?)$/i.exec(text.replace(/[\s,_]/g, '')) ?? [];
  const value = Math.round(Number(number) * (units[unit?.toLowerCase() ?? ''] ?? 1));
  return number !== undefined && value >= 1 && value <= mostBudget ? value : null;
}

function count(text: string): number[] | null {
  const value = readCount(text);
  return value === null ? null : [value];
}

function shots(text: string): number[] | null {
  if (text === 'all') return [0];
  return whole.test(text) && Number(text) >= 1 && Number(text) <= mostOf.shots ? [Number(text)] : null;
}

/** "0.001", "1e-4", or "x3": three times the method's own. */
function rates(text: string): Rate[] | null {
  const [, times, number] = /^([x×*])?(\d*\.?\d+(?:e[-+]?\d+)?)$/i.exec(text) ?? [];
  const value = Number(number);
  if (number === undefined || !(value > 0) || value > (times ? mostTimes : mostOf.lr)) return null;
  return [times ? { times: value } : { lr: value }];
}

const readers: { [A in SweepAxis]: (text: string) => SweepValues[A] | null } = { budget: count, shots, seed: seeds, lr: rates };

/** Reads a list, parted by commas or spaces, each value once. Nothing is an empty list. */
export function readSweep<A extends SweepAxis>(axis: A, text: string): Read<SweepValues[A][number]> {
  const found = new Map<string, SweepValues[A][number]>();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const values = readers[axis](part);
    if (!values) return { ok: false, error: sweepWords.wrong[axis](part.slice(0, 40), mostOf[axis], mostTimes) };
    for (const value of values) found.set(JSON.stringify(value), value);
    if (found.size > mostValues) return { ok: false, error: sweepWords.tooMany(mostValues) };
  }
  return { ok: true, values: [...found.values()] };
}
