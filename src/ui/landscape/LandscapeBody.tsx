import { useState } from 'react';
import type { Landscape } from '../../analysis/analysis.meta';
import type { Place } from '../core/figures/Contour';
import { formatOf, RIDGE, wholeStride } from '../kit/charts/plane';
import { Surface } from '../core/figures/Surface';
import { Note } from '../kit/controls/Sign';
import { formatCount, formatSetting } from '../../language/format';
import { defined } from '../../numbers/defined';
import { isOf } from '../core/analyses/analyses';
import { useMedium } from '../core/data/medium';
import { useLandscape, useLandscapeOf } from '../core/analyses/landscape';
import type { Run } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { findingOf, namesOf } from '../core/analyses/landscapeFindings';
import { LandscapeLines } from '../core/figures/LandscapeLines';
import { LandscapeMap, summaryOf } from '../core/figures/LandscapeMap';
import { LandscapeSide } from './LandscapeSide';
import { RecordedLandscape } from './RecordedLandscape';
import { LandscapeStart, LandscapeWork } from '../core/parts/LandscapeStart';
import css from '../core/figures/landscape.module.css';
import { landscapeWords } from '../core/words/landscape';

/** Everything of the landscape: which runs, the measurement, contour and surface, lines between, and how to read it; until there is one, the recorded one stays. */
export function LandscapeBody({ runs }: { runs: Run[] }) {
  const { corners, made } = useLandscapeOf(runs);
  const idle = useLandscape(({ status }) => status === 'idle');
  const medium = useMedium();
  return (
    <>
      {made && <Finding made={made} />}
      <LandscapeWork />
      {made ? (
        <Drawing made={made} corners={corners} runs={runs} />
      ) : (
        <>
          {idle && <LandscapeStart corners={corners} runs={runs} />}
          {medium === 'pictures' && <RecordedLandscape />}
        </>
      )}
    </>
  );
}

function Finding({ made }: { made: Landscape }) {
  const at = useLandscape(({ set }) => set);
  const quantity = useSettings(({ landscapeOf }) => landscapeOf);
  const set = defined(made.sets[Math.min(at, made.sets.length - 1)]);
  const found = findingOf(made, Math.min(at, made.sets.length - 1), namesOf(made, true));
  return (
    <div className={css.lead}>
      <p className={css.finding}>{found ?? landscapeWords.neutral[quantity]}</p>
      <p className={css.caption}>
        {landscapeWords.on1(landscapeWords.splits[set.split], formatCount(set.images), formatCount(set.of))} {found && landscapeWords.rule(formatSetting(100 * RIDGE), defined(made.lines[0]).t.length)}
      </p>
      {made.notes.map((note) => (
        <Note key={note} sign="info">
          {note}
        </Note>
      ))}
    </div>
  );
}

/** Placeholder of the surface. */
function Waiting() {
  return (
    <div>
      <h3>{landscapeWords.surface}</h3>
      <p className={css.caption}>{landscapeWords.surfaceWaits}</p>
    </div>
  );
}

function Drawing({ made, corners, runs }: { made: Landscape; corners: Run[]; runs: Run[] }) {
  const wanted = useLandscape(({ set }) => set);
  const { landscapeOf: quantity, landscapePaths: paths } = useSettings();
  const [cursor, setCursor] = useState<Place | null>(null);
  const at = Math.min(wanted, made.sets.length - 1);
  const set = defined(made.sets[at]);
  const names = namesOf(made, true);
  const format = formatOf(quantity);
  const pathed = paths && made.paths.length > 0;
  const idle = useLandscape(({ status }) => status === 'idle');
  const again = isOf(made, corners.map(({ id }) => id));
  return (
    <div className={css.layout}>
      <LandscapeMap made={made} at={at} quantity={quantity} paths={pathed} cursor={cursor} onCursor={setCursor} />
      {wholeStride(made, set) !== null ? <Surface made={made} set={at} quantity={quantity} paths={pathed} names={names} summary={summaryOf(made, at, quantity)} /> : <Waiting />}
      <div className={css.lines}>
        <LandscapeLines made={made} quantity={quantity} names={names} />
      </div>
      <LandscapeSide made={made} at={at} names={names} cursor={cursor} format={format} />
      {idle && (
        <section className={css.anew}>
          <h3>{again ? landscapeWords.again : landscapeWords.another}</h3>
          <LandscapeStart again={again} corners={corners} runs={runs} />
        </section>
      )}
    </div>
  );
}
