import { useId, useRef, useState, type CSSProperties } from 'react';
import { analysisJson, landscapeCsv } from '../../../analysis/export.meta';
import type { Landscape } from '../../../analysis/analysis.meta';
import { Contour, type Place } from './Contour';
import { FigureTools } from '../../kit/charts/FigureTools';
import { Levels } from './Levels';
import { plainFacts, type Printable } from '../../kit/print/request';
import { formatOf, isoValues, isWhole, layoutOf, rangeOf, type Quantity } from '../../kit/charts/plane';
import { formatCount, formatSetting, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { useLandscape } from '../analyses/landscape';
import { pictureOfAnalysis } from './pictureOf';
import { anyEarlier, continuesPath, namesOf, readingOf } from '../analyses/landscapeFindings';
import { LandscapeTable } from './LandscapeTable';
import plot from '../../kit/charts/Plot.module.css';
import css from './landscape.module.css';
import { landscapeWords } from '../words/landscape';

interface Props {
  made: Landscape;
  at: number;
  quantity: Quantity;
  paths: boolean;
  cursor: Place | null;
  onCursor: (cursor: Place | null) => void;
}

/** One sentence of what is drawn, for the map and the surface alike. */
export function summaryOf(made: Landscape, at: number, quantity: Quantity): string {
  const set = defined(made.sets[at]);
  const corners = namesOf(made, true).map((name, k) => landscapeWords.share(name, formatOf(quantity)(defined(set.corners[k])[quantity])));
  return landscapeWords.summary(landscapeWords.quantities[quantity], landscapeWords.splits[set.split], partsOf(corners));
}

/** Share of the width that the legend below the map is high on paper. */
const legend = 0.14;

/** Ratio of width to height from which a map gains more from the whole width of a slide than from having its words beside it. */
const flat = 2.4;

/** The plane as a figure: the map with its levels, its numbers as a table, and both as files. */
export function LandscapeMap({ made, at, quantity, paths, cursor, onCursor }: Props) {
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const [asTable, setAsTable] = useState(false);
  const idle = useLandscape(({ status }) => status === 'idle');
  const { spec, measured, complete } = made;
  const set = defined(made.sets[at]);
  const names = namesOf(made, true);
  const format = formatOf(quantity);
  const range = rangeOf(set, quantity);
  const title = landscapeWords.contourOf(landscapeWords.quantities[quantity], landscapeWords.splits[set.split]);
  const read = (place: Place): string => {
    const { along, off, value, shares } = readingOf(made, at, quantity, place);
    return partsOf([landscapeWords.at(along, defined(names[2]), off), value === null ? landscapeWords.unmeasured : format(value), landscapeWords.mixOf(names.map((name, k) => landscapeWords.share(name, defined(shares[k]))))]);
  };
  const map = { made, set: at, quantity, paths, names, summary: summaryOf(made, at, quantity), format, read };
  const of = pictureOfAnalysis(made.runs, set.images, set.split);
  const print: Printable = {
    legend: false,
    draw: (look) => (
      <>
        <Contour {...map} cursor={null} onCursor={() => {}} print={{ ...look, ratio: look.ratio - legend }} />
        <Levels range={range} format={format} />
      </>
    ),
    facts: () => plainFacts(title, `${of} ${hint}`, null),
  };
  const layout = layoutOf(made);
  const hint = landscapeWords.contourHint(quantity === 'loss' ? formatSetting(isoValues(range).step) : format(isoValues(range).step), measured < spec.grid ** 2, !isWhole(layout, spec));
  const { along, off } = layout;
  const aspect = (along[1] - along[0]) / (off[1] - off[0]);
  return (
    <figure ref={figure} className={css.figure} style={{ '--aspect': aspect.toFixed(3) } as CSSProperties} data-map={aspect > flat ? 'flat' : 'words beside'} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id}>{title}</h3>
        <div className={css.tools} data-no-picture>
          <FigureTools title={title} figure={figure} files={{ csv: () => landscapeCsv(made), json: () => analysisJson(made) }} print={print} asTable={asTable} onTable={setAsTable} />
        </div>
      </div>
      <p className={css.caption}>{hint} {(anyEarlier(made) || (paths && made.paths.some((path) => continuesPath(made, path)))) && landscapeWords.best}</p>
      {asTable ? (
        <LandscapeTable made={made} at={at} quantity={quantity} names={names} />
      ) : (
        <>
          <Contour {...map} cursor={cursor} onCursor={onCursor} />
          <Levels range={range} format={format} />
          <p className={plot.only}>{of}</p>
        </>
      )}
      {!complete && idle && <p className={css.caption}>{landscapeWords.partial(formatCount(measured), formatCount(spec.grid ** 2))}</p>}
    </figure>
  );
}
