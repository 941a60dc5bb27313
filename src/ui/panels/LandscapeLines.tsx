import type { Landscape, LandscapeLine } from '../../train/analysis.meta';
import { Plot } from '../charts/Plot';
import { gutterOf } from '../charts/PlotArea';
import { extentScale, linearScale } from '../../figures/scale';
import type { Series } from '../charts/series';
import { Term } from '../controls/Term';
import { formatCount, formatLoss, formatPercent, partsOf } from '../../language/format';
import type { Quantity } from '../store/settings';
import { t } from '../strings';

/** The straight lines from the left corner to the right one and on to the upper one, one after another by their lengths. */
export function LandscapeLines({ made, quantity, names }: { made: Landscape; quantity: Quantity; names: string[] }) {
  const way = made.lines.filter(({ from, to }) => (from === 0 && to === 2) || (from === 2 && to === 1));
  if (way.length < 2) return null;
  const [first, second] = way;
  const xOf = (line: LandscapeLine) => line.t.map((at) => (line === second ? first.length : 0) + at * line.length);
  const x = [...xOf(first), ...xOf(second).slice(1)];
  const series = made.sets.map((set, s): Series => {
    const y = [...first.sets[s][quantity], ...second.sets[s][quantity].slice(1)];
    // The first set is drawn as the strong line in ink, another one thin and grey.
    return { id: set.split, method: s === 0 ? 'ink' : 'zero_shot', label: t.landscape.split[set.split], detail: '', x, y, marks: false, live: false, strong: s === 0, named: true };
  });
  const values = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const ends = [{ x: 0, text: names[0] }, { x: first.length, text: names[2] }, { x: first.length + second.length, text: names[1] }];
  const barriers = made.lines.map(({ from, to, sets }) => t.landscape.barrier(names[from], names[to], partsOf(sets.map(({ barrier }, s) => sizeOf(barrier, t.landscape.splitNames[made.sets[s].split])))));
  const sx = extentScale(first.length + second.length);
  return (
      <Plot
        title={t.landscape.lines}
        caption={
          <>
            {barriers.join(' ')} {t.landscape.linesHint(formatCount(x.length))}. <span data-no-picture><Term name="barrier">{t.landscape.whatBarrier}</Term></span>
          </>
        }
        summary={barriers.join(' ')}
        xLabel={t.landscape.distance}
        yLabel={t.landscape.quantities[quantity]}
        sx={{ ...sx, ticks: ends.map((end) => end.x) }}
        sy={linearScale(Math.min(...values), Math.max(...values))}
        series={series}
        gutter={gutterOf(series)}
        formatX={(value) => t.landscape.alongX(formatLoss(value))}
        tickX={(value) => ends.find((end) => end.x === value)?.text ?? ''}
        formatY={quantity === 'loss' ? formatLoss : formatPercent}
        formatTick={quantity === 'loss' ? undefined : (value) => formatPercent(value)}
      />
  );
}

/** A barrier in words; one of less than a thousandth is none. */
function sizeOf(barrier: number, set: string): string {
  if (!Number.isFinite(barrier)) return t.landscape.infinite(set);
  return barrier < 0.001 ? t.landscape.none(set) : t.landscape.size(formatLoss(barrier), set);
}
