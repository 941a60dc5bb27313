import { useEffect, useMemo, useState } from 'react';
import { methodFields } from '../../adapters/fields';
import { defined } from '../../numbers/defined';
import { completeTrain } from '../../train/config';
import type { Plan, RunSpec, TrainConfig } from '../../train/protocol';
import { useCatalog } from '../core/data/catalog';
import { specFor } from '../core/data/open';
import { initialSettings, useSettings } from '../core/settings/settings';
import { studio } from '../core/worker/client';

export type Plans = Readonly<Record<string, Plan>>;

/** Plans of these runs by method; those that cannot run are left out. */
async function plansOf(specs: readonly RunSpec[]): Promise<Plans> {
  const plans = await Promise.all(specs.map((spec) => studio().plan(spec).then((plan) => [[spec.method.method, plan] as const], () => [])));
  return Object.fromEntries(plans.flat());
}

/** Plans of the methods that are ticked in Train. */
export function usePlanned(): Plans {
  const chosen = useSettings();
  const { plans, rows } = useCatalog();
  // One bar alone compares nothing: the methods of the first visit stand in.
  const alone = chosen.methods.length < 2;
  const settings = useMemo(() => (alone ? { ...chosen, methods: [...initialSettings.methods] } : chosen), [alone, chosen]);
  const [own, setOwn] = useState<Plans | null>(null);
  useEffect(() => {
    if (!alone || rows.length === 0) return;
    let over = false;
    void plansOf(settings.methods.flatMap((method) => specFor(method, 'plan', 'plan', settings) ?? [])).then((found) => over || setOwn(found));
    return () => void (over = true);
  }, [alone, rows, settings]);
  // The table has plans of all methods; here those count that are chosen.
  const planned = useMemo(() => Object.fromEntries(Object.entries(plans).flatMap(([method, one]) => ('plan' in one && settings.methods.includes(method) ? [[method, one.plan]] : []))), [plans, settings]);
  return alone ? (own ?? planned) : planned;
}

/** Methods of the lesson on memory, with what sets their size. */
const METHODS = { full: {}, lora: { r: 5 }, randlora: { r: 8 }, vera: { r: 378 }, linear_probe: {} } as const;

/** Training settings of the lesson. */
const train = completeTrain({ steps: 120, batch: 16 });

/** The runs that the lesson plans, on what comes with the page, whatever the project's own settings are: a class sees the same numbers. */
export const memorySpecs = (change: Partial<TrainConfig>): RunSpec[] =>
  Object.entries(METHODS).map(([method, size]) => ({ id: 'plan', name: 'plan', model: 'vit-nano', data: 'fashion-mnist', method: { method, ...size }, train: { ...train, lr: defined(methodFields[method]).lr, ...change } }));

/** Plans of the lesson, and as they would be with other training settings. */
export interface WhatIf {
  before: Plans;
  /** By those that are tried; the same where nothing is. */
  now: Plans;
  /** Training settings with what is tried. */
  train: TrainConfig;
  /** Tries other settings; null goes back. */
  tryOut: (change: Partial<TrainConfig> | null) => void;
  tried: boolean;
}

const nothing: Plans = {};

export function useWhatIf(): WhatIf {
  const [before, setBefore] = useState(nothing);
  const [change, setChange] = useState<Partial<TrainConfig> | null>(null);
  const [made, setMade] = useState<Plans | null>(null);
  useEffect(() => {
    let over = false;
    void plansOf(memorySpecs({})).then((found) => over || setBefore(found));
    return () => void (over = true);
  }, []);
  useEffect(() => {
    if (!change) return;
    let over = false;
    void plansOf(memorySpecs(change)).then((found) => over || setMade(found));
    return () => void (over = true);
  }, [change]);
  const tryOut = (next: Partial<TrainConfig> | null) => {
    setChange(next);
    if (!next) setMade(null);
  };
  return { before, now: made ?? before, train: { ...train, ...change }, tried: change !== null, tryOut };
}
