import type { RunSpec } from '../../train/protocol';
import { FEW_HELD, rateCost } from '../../train/rates.meta';
import { Check } from '../kit/controls/Check';
import { formatAbout, formatCount, partsOf } from '../../language/format';
import { methodLook, orderMethods } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import { dataById, useCatalog } from '../core/data/catalog';
import { useEdits } from '../core/data/edits';
import { searchTime } from '../core/runs/estimate';
import { stepsOf } from '../core/runs/runLength';
import { specFor } from '../core/data/open';
import { heldIn, searchOf } from '../core/runs/rates';
import { changeSettings, useSettings } from '../core/settings/settings';
import css from './methods.module.css';
import { rateWords } from '../core/words/rates';
import { useKeptRuns } from '../core/runs/runs';

/** Checkbox that lets methods find their learning rates before their first run. */
export function FindRates() {
  const on = useSettings((settings) => settings.findRates);
  return (
    <div className={css.find} title={rateWords.hint}>
      <Check checked={on} onChange={(findRates) => changeSettings({ findRates })}>
        {rateWords.find}
      </Check>
    </div>
  );
}

/** Cost of finding the rates with the current settings; nothing where rates are not to be found. */
export function RateCost() {
  const settings = useSettings();
  const catalog = useCatalog();
  const runs = useKeptRuns();
  // Edits are part of every spec.
  useEdits((state) => state.byData);
  if (!settings.findRates || catalog.rows.length === 0) return null;
  const specs = orderMethods(settings.methods).flatMap((method) => specFor(method, '', '') ?? []);
  const sought = specs.filter((spec) => spec.rate === 'find');
  return (
    <p className={css.hint}>
      <span role="status">
        {sought.length > 0 ? costOf(sought) : rateWords.known} {keptIn(specs)}
      </span>{' '}
      {rateWords.hint}
    </p>
  );

  function costOf(some: typeof sought): string {
    const steps = stepsOf(defined(some[0]), dataById(catalog, settings.data));
    const { steps: all, most } = rateCost(steps);
    const { seconds, unknown } = searchTime(some, steps, runs, catalog.device?.description ?? '');
    const time = unknown > 0 ? rateWords.noTime : rateWords.time(formatAbout(seconds));
    const held = heldIn(defined(some[0]));
    const cost = rateWords.cost(some.length, formatCount(all), formatCount(most.steps), formatCount(steps), held, time);
    return held < FEW_HELD ? `${cost} ${rateWords.few}` : cost;
  }
}

/** Names the methods that keep their own rate since there are too few pictures to tell another from it; empty if none does. */
function keptIn(specs: RunSpec[]): string {
  const kept = specs.flatMap((spec) => {
    const search = searchOf(spec);
    return search?.kept ? [{ title: methodLook(spec.method.method).title, held: search.held }] : [];
  });
  return kept.length > 0 ? rateWords.keptOf(partsOf(kept.map(({ title }) => title)), Math.max(...kept.map(({ held }) => held))) : '';
}
