import { useEffect, useMemo, useState } from 'react';
import type { Plan } from '../../train/protocol';
import { useCatalog } from '../core/data/catalog';
import { studio } from '../core/worker/client';
import { YARDSTICK } from '../../adapters/fields';
import { specFor } from '../core/data/open';
import { trainConfig } from '../core/runs/specs';
import { initialSettings, useSettings, type Settings, type Values } from '../core/settings/settings';

/** Plans as they would be with other training settings: nothing of the person's is changed, so nothing has to be taken back. */

type Plans = Readonly<Record<string, Plan>>;

export interface WhatIf {
  /** By the person's settings. */
  before: Plans;
  /** By those that are tried; the same where nothing is. */
  now: Plans;
  /** Training settings with what is tried. */
  train: Values;
  tried: boolean;
  /** Tries other settings; null goes back to the person's. */
  tryOut: (change: Values | null) => void;
}

/** Plans of the chosen methods with other settings; those of methods that cannot run are left out. */
async function plansOf(settings: Settings): Promise<Plans> {
  const specs = settings.methods.flatMap((method) => specFor(method, 'plan', 'plan', settings) ?? []);
  const plans = await Promise.all(specs.map((spec) => studio().plan(spec).then((plan) => [[spec.method.method, plan] as const], () => [])));
  return Object.fromEntries(plans.flat());
}

export function useWhatIf(): WhatIf {
  const chosen = useSettings();
  const { plans, device, rows } = useCatalog();
  // One bar alone compares nothing: the lesson then brings the methods of the first visit.
  const alone = chosen.methods.length < 2;
  const settings = useMemo(() => (alone ? { ...chosen, methods: [...initialSettings.methods] } : chosen), [alone, chosen]);
  const [own, setOwn] = useState<Plans | null>(null);
  const [change, setChange] = useState<Values | null>(null);
  const [made, setMade] = useState<Plans | null>(null);
  useEffect(() => {
    if (!alone || rows.length === 0) return;
    let over = false;
    void plansOf(settings).then((found) => over || setOwn(found));
    return () => void (over = true);
  }, [alone, rows, settings]);
  // The table has plans of all methods; here those count that are chosen.
  const planned = useMemo(() => Object.fromEntries(Object.entries(plans).flatMap(([method, one]) => ('plan' in one && settings.methods.includes(method) ? [[method, one.plan]] : []))), [plans, settings]);
  const before = alone ? (own ?? planned) : planned;
  useEffect(() => {
    if (!change) return;
    let over = false;
    void plansOf({ ...settings, train: { ...settings.train, ...change } }).then((found) => over || setMade(found));
    return () => void (over = true);
    // Methods whose settings are found only now join what is tried.
  }, [change, settings, plans]);
  const train = { ...trainConfig(YARDSTICK, settings, device?.software ?? false), ...change };
  const tryOut = (next: Values | null) => {
    setChange(next);
    if (!next) setMade(null);
  };
  return { before, now: made ?? before, train, tried: change !== null, tryOut };
}
