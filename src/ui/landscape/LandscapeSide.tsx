import type { Landscape } from '../../analysis/analysis.meta';
import type { Place } from '../core/figures/Contour';
import { identity } from '../kit/charts/MethodKey';
import { Check } from '../kit/controls/Check';
import { Segmented } from '../kit/controls/Segmented';
import { formatAlike, formatLoss } from '../../language/format';
import { defined } from '../../numbers/defined';
import { showLandscape, useLandscape } from '../core/analyses/landscape';
import { quantities } from '../kit/charts/plane';
import { changeSettings, useSettings } from '../core/settings/settings';
import { KeptChoice } from '../core/parts/KeptChoice';
import { readingOf, startsOf } from '../core/analyses/landscapeFindings';
import css from '../core/figures/landscape.module.css';
import { landscapeWords } from '../core/words/landscape';

interface Props {
  made: Landscape;
  at: number;
  names: string[];
  cursor: Place | null;
  format: (value: number) => string;
}

/** Beside the map: what is drawn, the cursor, and how to read distances. */
export function LandscapeSide({ made, at, names, cursor, format }: Props) {
  const { status, kept } = useLandscape();
  const { landscapeOf: quantity, landscapePaths: paths } = useSettings();
  const { geometry, plane, sets } = made;
  const length = formatAlike([...geometry.distances.flat(), ...geometry.norms, plane?.pretrained.residual ?? 0]);
  const starts = startsOf(made);
  const farthest = made.paths.map(({ run, points }) => ({ run, point: points.reduce((most, point) => (point.residual > most.residual ? point : most)) }));
  return (
    <div className={css.side}>
      <section>
        <h3>{landscapeWords.show}</h3>
        {status === 'idle' && <KeptChoice label={landscapeWords.kept} kept={kept} shown={made} onChoose={showLandscape} />}
        <div className={css.inline}>
          <Segmented label={landscapeWords.quantity} value={quantity} options={quantities.map((value) => ({ value, text: landscapeWords.quantities[value] }))} onChange={(value) => changeSettings({ landscapeOf: value })} />
          {sets.length > 1 && <Segmented label={landscapeWords.setOf} value={String(at)} options={sets.map(({ split }, i) => ({ value: String(i), text: landscapeWords.split[split] }))} onChange={(value) => useLandscape.setState({ set: Number(value) })} />}
        </div>
        {made.paths.length > 0 ? (
          <Check checked={paths} onChange={(on) => changeSettings({ landscapePaths: on })}>
            {landscapeWords.paths}
          </Check>
        ) : (
          made.complete && <p className={css.caption}>{landscapeWords.noPaths}</p>
        )}
      </section>
      <section>
        <h3>{landscapeWords.cursor}</h3>
        <p className={css.caption}>{landscapeWords.noCursor}</p>
        <AtCursor made={made} at={at} cursor={cursor} names={names} format={format} />
      </section>
      <section>
        <h3>{landscapeWords.distances}</h3>
        <dl className={css.facts}>
          {([[0, 2], [0, 1], [2, 1]] as const).map(([a, b]) => (
            <Fact key={`${a}${b}`} name={landscapeWords.between(defined(names[a]), defined(names[b]))} value={length(defined(defined(geometry.distances[a])[b]))} />
          ))}
          {names.map((name, k) => (
            <Fact key={name} name={landscapeWords.between(landscapeWords.pretrained, name)} value={length(defined(geometry.norms[k]))} />
          ))}
          {plane && <Fact name={landscapeWords.off} value={length(plane.pretrained.residual)} />}
        </dl>
        <p className={css.caption}>{landscapeWords.exact}</p>
        {starts && <p className={css.caption}>{starts}</p>}
        {farthest.map(({ run, point }) => (
          <p key={run} className={css.caption}>
            {landscapeWords.residual(defined(names[run]), formatLoss(point.residual), String(point.step), formatLoss(point.distance))}
          </p>
        ))}
      </section>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** Position of the cursor in the units of the axes, the value there, and the share of each run in it. What is not there yet keeps its place. */
function AtCursor({ made, at, cursor, names, format }: Pick<Props, 'made' | 'at' | 'names' | 'format' | 'cursor'>) {
  const quantity = useSettings(({ landscapeOf }) => landscapeOf);
  const here = cursor && readingOf(made, at, quantity, cursor);
  return (
    <dl className={css.facts}>
      <Fact name={landscapeWords.towards(defined(names[2]))} value={here ? here.along : none} />
      <Fact name={landscapeWords.offLine} value={here ? here.off : none} />
      <Fact name={landscapeWords.quantities[quantity]} value={here ? (here.value === null ? landscapeWords.unmeasured : format(here.value)) : none} />
      <dt>{landscapeWords.mix}</dt>
      <dd />
      {made.runs.map(({ id, method }, k) => (
        <div key={id} className={identity(method)} style={{ display: 'contents' }}>
          <dt>
            <b>{names[k]}</b>
          </dt>
          <dd>{here ? here.shares[k] : none}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Stands where nothing is to be said yet. */
const none = '–';
