import { rankLimit } from '../../../analysis/rank.meta';
import type { Inside } from '../../../analysis/analysis.meta';
import { Plot } from '../../kit/charts/Plot';
import { Choice } from '../../kit/controls/Choice';
import { Term } from '../../kit/controls/Term';
import { gutterOf } from '../../kit/charts/endNames';
import { extentScale, linearScale, logScale } from '../../../figures/scale';
import type { Series } from '../../kit/charts/series';
import { formatCount, formatFixed, formatLoss, formatSetting, formatTick } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { useInside } from '../analyses/inside';
import { pictureOfAnalysis } from './pictureOf';
import { CKA_MARGIN, ckaFinding, lengthCaveat, spectrumFinding, typicalLayer } from '../analyses/insideFindings';
import { layersOf, shortLayer } from './LayerHeat';
import { namesOf } from '../analyses/landscapeFindings';
import css from './landscape.module.css';
import { insideWords } from '../words/inside';
import { landscapeWords } from '../words/landscape';

/** A figure of a look inside; on a slide what was found is the slide's title. */
export interface InsideProps {
  made: Inside;
  slide?: boolean;
}

/** Singular values of one layer's update, run by run. */
export function Spectrum({ made, slide = false }: InsideProps) {
  const chosen = useInside((state) => state.layer);
  const names = namesOf(made, !slide);
  // What adapters changed is what can be compared.
  const layers = layersOf(made).filter((layer) => made.updates.filter((list) => list.some((one) => one.layer === layer)).length > (made.runs.length > 1 ? 1 : 0));
  const layer = layers.includes(chosen) ? chosen : typicalLayer(made, layers);
  const found = made.updates.map((list) => list.find((one) => one.layer === layer));
  const series = found.flatMap((one, run): Series[] => {
    if (!one || one.rank === 0) return [];
    const y = one.singular.subarray(0, one.rank);
    const { id, method } = defined(made.runs[run]);
    return [{ id, method, label: defined(names[run]), detail: insideWords.rank(formatCount(one.rank)), x: Array.from(y, (_, i) => i + 1), y, marks: one.rank <= 16, live: false, strong: true, named: true }];
  });
  const all = series.flatMap(({ y }) => Array.from(y));
  const full = Math.max(1, ...found.map((one) => (one ? Math.min(...one.shape) : 1)));
  return (
    <div>
      {!slide && <p className={css.finding}>{spectrumFinding(made, namesOf(made))}</p>}
      <Plot
        title={insideWords.spectrum}
        of={pictureOfAnalysis(made.runs, made.images, made.split)}
        caption={
          <>
            {insideWords.spectrumHint(shortLayer(layer), formatLoss(rankLimit(found.find(Boolean)?.shape ?? [1, 1])))} <span data-no-picture><Term name="spectrum">{insideWords.whatSpectrum}</Term></span>
          </>
        }
        summary={spectrumFinding(made, names)}
        xLabel={insideWords.spectrumAxis}
        yLabel={insideWords.spectrumY}
        sx={extentScale(full)}
        sy={all.length ? logScale(Math.min(...all), Math.max(...all)) : linearScale(0, 1)}
        series={series}
        gutter={gutterOf(series)}
        formatX={(value) => insideWords.nth(formatCount(value))}
        tickX={formatCount}
        formatY={formatLoss}
        formatTick={formatTick}
        heads={{ y: insideWords.spectrumHead }}
      />
      <Choice label={insideWords.layer} value={layer} options={layers.map((one) => [one, shortLayer(one)] as const)} onChange={(value) => useInside.setState({ layer: value })} />
    </div>
  );
}

/** CKA by block, with the fully fine-tuned run where there is one, else with the pretrained model. */
export function Cka({ made, slide = false }: InsideProps) {
  const names = namesOf(made, !slide);
  const caveat = made.reference === null ? '' : lengthCaveat(made);
  const rows = made.reference === null ? made.pretrained : made.cka;
  const series = rows.map((row, run): Series => {
    const { id, method } = defined(made.runs[run]);
    return { id, method, label: defined(names[run]), detail: formatFixed(row.at(-1) ?? NaN, 2), x: row.map((_, i) => i), y: row, marks: true, live: false, strong: true, named: true };
  });
  const values = rows.flat().filter(Number.isFinite);
  const last = made.outputs.length - 1;
  return (
    <div>
      {!slide && <p className={css.finding}>{ckaFinding(made, namesOf(made))}</p>}
      {!slide && caveat && <p className={css.caption}>{caveat}</p>}
      <Plot
        of={pictureOfAnalysis(made.runs, made.images, made.split)}
        title={made.reference === null ? insideWords.ckaPretrained : insideWords.cka}
        caption={
          <>
            {slide && caveat} {insideWords.ckaRule(formatCount(made.images), formatCount(made.tokens), landscapeWords.splits[made.split], formatSetting(CKA_MARGIN))} <span data-no-picture><Term name="cka">{insideWords.whatCka}</Term></span>
          </>
        }
        summary={ckaFinding(made, names)}
        xLabel={insideWords.ckaAxis}
        heads={{ x: insideWords.ckaHead }}
        yLabel={insideWords.ckaY}
        sx={{ min: 0, max: Math.max(1, last), log: false, ticks: made.outputs.flatMap(({ part }, i) => (part === 'attention' && (last < 17 || i % 4 === 0) ? [i] : [])) }}
        sy={linearScale(Math.min(...values, 0.99), 1)}
        series={series}
        gutter={gutterOf(series)}
        formatX={(value) => {
          const { block, part } = defined(made.outputs[Math.round(value)]);
          return insideWords.output(block + 1, part);
        }}
        tickX={(value) => String(defined(made.outputs[value]).block + 1)}
        formatY={(value) => formatFixed(value, 3)}
        formatTick={formatSetting}
      />
      {made.reference === null && <p className={css.caption}>{insideWords.noReference}</p>}
    </div>
  );
}
