import { useEffect, useMemo, useState } from 'react';
import { analysisJson, landscapeCsv } from '../../analysis/export.meta';
import { coordinate, weightsAt } from '../../analysis/plane.meta';
import type { Landscape } from '../../train/analysis.meta';
import { Contour, type Place } from '../charts/Contour';
import { savePng, saveSvg } from '../charts/exportSvg';
import { isoValues, rangeOf, RIDGE, wholeStride } from '../charts/plane';
import { Surface } from '../charts/Surface';
import { Button } from '../controls/Button';
import { Note } from '../controls/Sign';
import { formatCount, formatSetting } from '../format';
import { saveAs } from '../store/download';
import { cornersOf, showKept, useLandscape } from '../store/landscape';
import type { Run } from '../store/runs';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import { findingOf, formatOf, namesOf } from './landscapeFindings';
import { LandscapeLines } from './LandscapeLines';
import { LandscapeSide } from './LandscapeSide';
import { LandscapeStart, LandscapeWork } from './LandscapeStart';
import { LandscapeTable } from './LandscapeTable';
import css from '../charts/landscape.module.css';

/** Everything of the landscape: which runs, the measurement, contour and surface, lines between, and how to read it. */
export function LandscapeBody({ runs }: { runs: Run[] }) {
  const { chosen, shown, status } = useLandscape();
  const corners = useMemo(() => cornersOf(runs, chosen), [runs, chosen]);
  const ids = corners.map(({ id }) => id).join(' ');
  useEffect(() => {
    if (ids.split(' ').length === 3) void showKept(ids.split(' '));
  }, [ids, status]);
  const mine = shown && (status !== 'idle' || shown.runs.map(({ id }) => id).join(' ') === ids) ? shown : null;
  return (
    <>
      {mine && <Finding made={mine} />}
      <LandscapeWork />
      {mine ? <Drawing made={mine} corners={corners} runs={runs} /> : <LandscapeStart corners={corners} runs={runs} />}
    </>
  );
}

function Finding({ made }: { made: Landscape }) {
  const at = useLandscape(({ set }) => set);
  const quantity = useSettings(({ landscapeOf }) => landscapeOf);
  const set = made.sets[Math.min(at, made.sets.length - 1)];
  const found = findingOf(made, Math.min(at, made.sets.length - 1));
  return (
    <div className={css.lead}>
      <p className={css.finding}>{found ?? t.landscape.neutral[quantity]}</p>
      <p className={css.caption}>
        {t.landscape.on1(t.landscape.splits[set.split], formatCount(set.images), formatCount(set.of))} {found && t.landscape.rule(formatSetting(100 * RIDGE))}
      </p>
      {made.notes.map((note) => (
        <Note key={note} sign="info">
          {note}
        </Note>
      ))}
    </div>
  );
}

function Drawing({ made, corners, runs }: { made: Landscape; corners: Run[]; runs: Run[] }) {
  const { set: wanted, status } = useLandscape();
  const { landscapeOf: quantity, landscapePaths: paths } = useSettings();
  const [cursor, setCursor] = useState<Place | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [svg, setSvg] = useState<SVGSVGElement | null>(null);
  const at = Math.min(wanted, made.sets.length - 1);
  const set = made.sets[at];
  const names = namesOf(made);
  const format = formatOf(quantity);
  const range = rangeOf(set, quantity);
  const words = t.landscape.summary(t.landscape.quantities[quantity], t.landscape.splits[set.split], names.map((name, k) => t.landscape.share(name, format(set.corners[k][quantity]))).join(', '));
  const read = ({ i, j }: Place): string => {
    const [x, y] = [coordinate(made.spec.x, made.spec.grid, i), coordinate(made.spec.y, made.spec.grid, j)];
    const index = j * made.spec.grid + i;
    const value = Number.isFinite(set.accuracy[index]) ? format(set[quantity][index]) : t.landscape.unmeasured;
    return `${t.landscape.at(x.toFixed(2), y.toFixed(2))}, ${value}, ${weightsAt(x, y).map((weight, k) => t.landscape.share(names[k], weight.toFixed(2))).join(', ')}`;
  };
  const file = `landscape-${names.join('-').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  const exports = {
    csv: () => saveAs(new Blob([landscapeCsv(made)], { type: 'text/csv' }), `${file}.csv`),
    json: () => saveAs(new Blob([analysisJson(made)], { type: 'application/json' }), `${file}.json`),
    svg: () => svg && saveSvg(svg, file),
    png: () => void (svg && savePng(svg, file)),
  };
  const pathed = paths && made.paths.length > 0;
  return (
    <div className={css.layout}>
      <figure>
        <div className={css.head}>
          <h3>{t.landscape.contour}</h3>
          <div className={css.tools} role="group" aria-label={t.landscape.export}>
            <Button kind="quiet" small pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {t.landscape.table}
            </Button>
            {(Object.keys(exports) as (keyof typeof exports)[]).map((kind) => (
              <Button key={kind} kind="quiet" small disabled={asTable && (kind === 'svg' || kind === 'png')} onClick={() => void exports[kind]()} label={`${t.landscape.export} ${t.landscape.formats[kind]}`}>
                {t.landscape.formats[kind]}
              </Button>
            ))}
          </div>
        </div>
        <p className={css.caption}>{t.landscape.contourHint(format(isoValues(range).step), made.measured < made.spec.grid ** 2)}</p>
        {asTable ? (
          <LandscapeTable made={made} at={at} quantity={quantity} names={names} />
        ) : (
          <Contour made={made} set={at} quantity={quantity} paths={pathed} cursor={cursor} names={names} summary={words} format={format} onCursor={setCursor} read={read} svg={setSvg} />
        )}
        <span className={css.legend}>
          {quantity === 'loss' ? format(range.low) : format(range.high)} <i className={css.ramp} /> {quantity === 'loss' ? t.landscape.cutAt(format(range.high)) : format(range.low)}
        </span>
        {!made.complete && status === 'idle' && <p className={css.caption}>{t.landscape.partial(formatCount(made.measured), formatCount(made.spec.grid ** 2))}</p>}
      </figure>
      <figure>{wholeStride(made, set) !== null ? <Surface made={made} set={at} quantity={quantity} paths={pathed} names={names} summary={words} /> : <h3 className={css.caption}>{t.landscape.surface}</h3>}</figure>
      <div className={css.lines}>
        <LandscapeLines made={made} quantity={quantity} names={names} />
      </div>
      <LandscapeSide made={made} at={at} names={names} cursor={cursor} format={format} corners={corners} runs={runs} />
    </div>
  );
}
