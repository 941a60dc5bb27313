import type { Inside } from '../../train/analysis.meta';
import { MethodKey } from '../charts/MethodKey';
import { Plot } from '../charts/Plot';
import { gutterOf } from '../charts/PlotArea';
import { extentScale, linearScale, logScale } from '../charts/scale';
import type { Series } from '../charts/series';
import { formatCount, formatLoss, formatPercent, formatSetting } from '../format';
import { useInside } from '../store/inside';
import { t } from '../strings';
import { CKA_MARGIN, ckaFinding, driftFinding, spectrumFinding } from './insideFindings';
import { namesOf } from './landscapeFindings';
import { Choice } from './LandscapeStart';
import css from '../charts/landscape.module.css';

/** A layer's name without what all layers share: "3 intermediate.dense". */
export const shortLayer = (layer: string): string => layer.replace(/^.*\.layers?\.(\d+)\./, (_, block: string) => `block ${Number(block) + 1} `).replace(/attention\.attention\.|self_attn\.|mlp\./, '');

const layersOf = ({ updates }: Inside): string[] => [...new Set(updates.flatMap((list) => list.map(({ layer }) => layer)))];

/** Singular values of one layer's update, run by run. */
export function Spectrum({ made }: { made: Inside }) {
  const chosen = useInside((state) => state.layer);
  const names = namesOf(made);
  // What adapters changed is what can be compared.
  const layers = layersOf(made).filter((layer) => made.updates.filter((list) => list.some((one) => one.layer === layer)).length > (made.runs.length > 1 ? 1 : 0));
  const layer = layers.includes(chosen) ? chosen : (layers.at(-1) ?? '');
  const found = made.updates.map((list) => list.find((one) => one.layer === layer));
  const series = found.flatMap((one, run): Series[] => {
    if (!one || one.rank === 0) return [];
    const y = one.singular.subarray(0, one.rank);
    return [{ id: made.runs[run].id, method: made.runs[run].method, label: names[run], detail: t.inside.rank(formatCount(one.rank)), x: Array.from(y, (_, i) => i + 1), y, marks: one.rank <= 16, live: false, strong: true, named: true }];
  });
  const all = series.flatMap(({ y }) => Array.from(y));
  const full = Math.max(1, ...found.map((one) => (one ? Math.min(...one.shape) : 1)));
  return (
    <div>
      <p className={css.finding}>{spectrumFinding(made, names)}</p>
      <Plot
        title={t.inside.spectrum}
        caption={t.inside.spectrumHint(layer)}
        summary={spectrumFinding(made, names)}
        xLabel={t.inside.spectrumAxis}
        yLabel={t.inside.spectrumY}
        sx={extentScale(full)}
        sy={all.length ? logScale(Math.min(...all), Math.max(...all)) : linearScale(0, 1)}
        series={series}
        gutter={gutterOf(series)}
        formatX={(value) => t.inside.nth(formatCount(value))}
        tickX={formatCount}
        formatY={formatLoss}
        formatTick={formatSetting}
      />
      <Choice label={t.inside.layer} value={layer} options={layers.map((one) => [one, shortLayer(one)] as const)} onChange={(value) => useInside.setState({ layer: value })} />
    </div>
  );
}

/** CKA by block, with the fully fine-tuned run where there is one, else with the pretrained model. */
export function Cka({ made }: { made: Inside }) {
  const names = namesOf(made);
  const rows = made.reference === null ? made.pretrained : made.cka;
  const series = rows.map((row, run): Series => ({ id: made.runs[run].id, method: made.runs[run].method, label: names[run], detail: row.at(-1)!.toFixed(2), x: row.map((_, i) => i), y: row, marks: true, live: false, strong: true, named: true }));
  const values = rows.flat().filter(Number.isFinite);
  const last = made.outputs.length - 1;
  return (
    <div>
      <p className={css.finding}>{ckaFinding(made, names)}</p>
      <Plot
        title={made.reference === null ? t.inside.ckaPretrained : t.inside.cka}
        caption={t.inside.ckaRule(formatCount(made.images), formatCount(made.tokens), t.landscape.splits[made.split], formatSetting(CKA_MARGIN))}
        summary={ckaFinding(made, names)}
        xLabel={t.inside.ckaAxis}
        yLabel={t.inside.ckaY}
        sx={{ min: 0, max: Math.max(1, last), log: false, ticks: made.outputs.flatMap(({ part }, i) => (part === 'attention' && (last < 17 || i % 4 === 0) ? [i] : [])) }}
        sy={linearScale(Math.min(...values, 0.99), 1)}
        series={series}
        gutter={gutterOf(series)}
        formatX={(value) => t.inside.output(made.outputs[Math.round(value)])}
        tickX={(value) => String(made.outputs[value].block + 1)}
        formatY={(value) => value.toFixed(3)}
        formatTick={formatSetting}
      />
      {made.reference === null && <p className={css.caption}>{t.inside.noReference}</p>}
    </div>
  );
}

/** Rank, stable rank and relative size of each layer's update. */
export function Ranks({ made }: { made: Inside }) {
  const names = namesOf(made);
  return (
    <div>
      <h3>{t.inside.ranks}</h3>
      <p className={css.caption}>{t.inside.stableHint}</p>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={t.inside.ranks}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {t.inside.columns.layer}
              </th>
              {made.runs.map((run, k) => (
                <th key={run.id} scope="colgroup" colSpan={3}>
                  <MethodKey method={run.method}>{names[k]}</MethodKey>
                </th>
              ))}
            </tr>
            <tr>
              {made.runs.flatMap((run) =>
                [t.inside.columns.rank, t.inside.columns.stable, t.inside.columns.relative].map((name) => (
                  <th key={run.id + name} scope="col">
                    {name}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {layersOf(made).map((layer) => (
              <tr key={layer}>
                <th scope="row" title={layer}>
                  {shortLayer(layer)}
                </th>
                {made.updates.map((list, run) => {
                  const one = list.find((update) => update.layer === layer);
                  return [one ? `${one.rank} / ${Math.min(...one.shape)}` : '', one ? one.stable_rank.toFixed(1) : '', one ? formatLoss(one.relative) : ''].map((text, c) => <td key={`${run} ${c}`}>{text}</td>);
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Drift of the features, and the original task where it could be measured. */
export function Drift({ made }: { made: Inside }) {
  const names = namesOf(made);
  const { original, geometry } = made;
  return (
    <div className={css.column}>
      <h3>{t.inside.drift}</h3>
      <p className={css.finding}>{driftFinding(made, names)}</p>
      <p className={css.caption}>
        {t.inside.driftHint} {original ? t.inside.task(original.data, formatCount(original.images), formatPercent(original.before.accuracy)) : t.inside.noTask}
      </p>
      <table className={css.table}>
        <thead>
          <tr>
            {[t.inside.driftColumns.run, t.inside.driftColumns.norm, t.inside.driftColumns.drift, ...(original ? [t.inside.driftColumns.accuracy, t.inside.driftColumns.change] : [])].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {made.runs.map((run, k) => (
            <tr key={run.id}>
              <th scope="row">
                <MethodKey method={run.method}>{names[k]}</MethodKey>
              </th>
              <td>{formatLoss(geometry.norms[k])}</td>
              <td>{formatLoss(1 - made.pretrained[k].at(-1)!)}</td>
              {original && <td>{formatPercent(original.after[k].accuracy)}</td>}
              {original && <td>{(100 * (original.after[k].accuracy - original.before.accuracy)).toFixed(1)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Cosines between the updates of all runs, as a table; by layer below it. */
export function Angles({ made }: { made: Inside }) {
  const names = namesOf(made);
  const { runs, geometry, angles } = made;
  if (runs.length < 2) return null;
  const pairs = runs.flatMap((_, a) => runs.slice(a + 1).map((_, k) => [a, a + 1 + k] as const));
  const layers = [...new Set(angles.map(({ layer }) => layer))];
  return (
    <div className={css.column}>
      <h3>{t.inside.angles}</h3>
      <p className={css.caption}>{t.inside.anglesHint}</p>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={t.inside.anglesBy}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.inside.columns.layer}</th>
              {pairs.map(([a, b]) => (
                <th key={`${a} ${b}`} scope="col">
                  {t.inside.cosine(names[a], names[b])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t.inside.all}</th>
              {pairs.map(([a, b]) => (
                <td key={`${a} ${b}`}>
                  <b>{cosineText(geometry.cosines[a][b])}</b>
                </td>
              ))}
            </tr>
            {layers.map((layer) => (
              <tr key={layer}>
                <th scope="row" title={layer}>
                  {shortLayer(layer)}
                </th>
                {pairs.map(([a, b]) => (
                  <td key={`${a} ${b}`}>{cosineText(angles.find((one) => one.layer === layer && one.a === a && one.b === b)?.cosine ?? NaN)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const cosineText = (cosine: number): string => (Number.isFinite(cosine) ? cosine.toFixed(3) : '');
