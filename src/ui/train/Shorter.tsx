import { Button } from '../kit/controls/Button';
import { Notice } from '../kit/controls/Notice';
import { formatAbout, formatCount } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { modelById, useCatalog } from '../core/data/catalog';
import { useChosenTime } from '../core/parts/Start';
import { timeOf } from '../core/runs/estimate';
import { useKeptRuns, useRuns } from '../core/runs/runs';
import { LONG } from '../core/runs/long';
import { shorterThan } from '../core/runs/shorter';
import { changeSettings, useSettings } from '../core/settings/settings';
import { recommendedWords as words } from '../core/words/recommended';

/** Runs that take long, and smaller ones, each behind a button that says what it takes; nothing where they are short, or nothing is known. */
export function Shorter() {
  const settings = useSettings();
  const catalog = useCatalog();
  const runs = useKeptRuns();
  const training = useRuns(({ current }) => current !== '');
  const { specs, steps, time } = useChosenTime();
  // While a run goes on it would be taken for an offer to that one.
  if (training || time.unknown > 0 || time.seconds <= LONG) return null;
  const offers = shorterThan({ specs, steps, seconds: time.seconds, settings, model: modelById(catalog, settings.model), alone: (spec) => timeOf([spec], runs).seconds });
  if (offers.length === 0) return null;
  return (
    <Notice
      kind="plain"
      actions={offers.map(({ what, to, seconds, change }) => (
        <Button key={what} small onClick={() => changeSettings(change)}>
          {words.shorter(what, typeof to === 'number' ? formatCount(to) : methodLook(to).title, formatAbout(seconds))}
        </Button>
      ))}
    >
      {words.long(formatAbout(time.seconds), specs.length > 1)} {offers.map(({ what }) => words.cost[what]).join(' ')}
    </Notice>
  );
}
