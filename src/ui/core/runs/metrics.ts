import { startTransition, useEffect, useState } from 'react';
import { defined } from '../../../numbers/defined';
import type { RateTrial, StepPoint } from '../../../train/protocol';

/**
 * High-rate numbers of runs, outside the store: typed columns that grow, and one version counter that the charts follow
 * at most four times a second.
 */
export const columns = ['step', 'loss', 'accuracy', 'lr', 'grad_norm', 'ms', 'seconds'] as const;
export type Column = (typeof columns)[number];
export type CurveRecord = Record<Column, Float32Array>;

/** The curve of one run. `seconds` is training time since its start. */
export class Curve {
  n = 0;
  private data: CurveRecord;

  constructor(record?: CurveRecord) {
    this.data = record ?? (Object.fromEntries(columns.map((name) => [name, new Float32Array(256)])) as CurveRecord);
    if (record) this.n = record.step.length;
  }

  push(point: StepPoint): void {
    if (this.n === this.data.step.length) this.grow();
    const before = this.n > 0 ? defined(this.data.seconds[this.n - 1]) : 0;
    const row: Record<Column, number> = { ...point, seconds: before + point.ms / 1000 };
    for (const name of columns) this.data[name][this.n] = row[name];
    this.n++;
  }

  /** View of a column; valid until the next push. */
  column(name: Column): Float32Array {
    return this.data[name].subarray(0, this.n);
  }

  /** Drops points after `step`: a run that resumes from a checkpoint draws them again. */
  truncate(step: number): void {
    while (this.n > 0 && defined(this.data.step[this.n - 1]) > step) this.n--;
  }

  /** A compact copy for storage. */
  record(): CurveRecord {
    return Object.fromEntries(columns.map((name) => [name, this.data[name].slice(0, this.n)])) as CurveRecord;
  }

  private grow(): void {
    for (const name of columns) {
      const wider = new Float32Array(Math.max(256, 2 * this.n));
      wider.set(this.data[name]);
      this.data[name] = wider;
    }
  }
}

/** Values that a run in progress reports many times a second. */
export interface Live {
  step: number;
  done: number;
  total: number;
  unit: string;
  imagesPerSecond: number;
  secondsLeft: number;
  /** Trials of the run's search for a learning rate so far. */
  trials: readonly RateTrial[];
}

const curves = new Map<string, Curve>();
const lives = new Map<string, Live>();
/** Before it says anything. */
export const idle: Live = { step: 0, done: 0, total: 0, unit: '', imagesPerSecond: 0, secondsLeft: NaN, trials: [] };

/** Curve of a run, made when missing. */
export function curveOf(run: string): Curve {
  let curve = curves.get(run);
  if (!curve) curves.set(run, (curve = new Curve()));
  return curve;
}

export function setCurve(run: string, curve: Curve): void {
  curves.set(run, curve);
  touch();
}

export function dropCurve(run: string): void {
  curves.delete(run);
  lives.delete(run);
  touch();
}

export const liveOf = (run: string): Live => lives.get(run) ?? idle;

export function setLive(run: string, change: Partial<Live>): void {
  lives.set(run, { ...liveOf(run), ...change });
  touch();
}

// One version for all charts: raised in an animation frame, at most every `pause` ms, and only after a write.
const pause = 250;
let version = 0;
let last = 0;
let pending = false;
const listeners = new Set<() => void>();

/** Tells the charts that something was written. */
export function touch(): void {
  if (pending || typeof requestAnimationFrame === 'undefined') return;
  pending = true;
  const wait = Math.max(0, last + pause - performance.now());
  setTimeout(() => requestAnimationFrame(publish), wait);
}

function publish(): void {
  pending = false;
  last = performance.now();
  version++;
  for (const listener of listeners) listener();
}

/**
 * Renders the caller again when numbers came in, at most four times a second. As a transition: React may do it in slices,
 * so that a busy processor does not make the page stutter.
 */
export function useMetricsVersion(): number {
  const [seen, setSeen] = useState(version);
  useEffect(() => {
    const listener = () => startTransition(() => setSeen(version));
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return seen;
}
