import { pairs } from '../../../analysis/plane.meta';
import type { Landscape, LandscapeLine } from '../../../analysis/analysis.meta';
import { Plot } from '../../kit/charts/Plot';
import { gutterOf } from '../../kit/charts/endNames';
import { extentScale, linearScale } from '../../../figures/scale';
import type { Series } from '../../kit/charts/series';
import { Term } from '../../kit/controls/Term';
import { formatCount, formatLoss, formatPercent, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { pictureOfAnalysis } from './pictureOf';
import type { Quantity } from '../../kit/charts/plane';
import { landscapeWords } from '../words/landscape';

/** The straight lines between the runs, one after another by their lengths. What is said of them is said of those that are drawn. */
export function LandscapeLines({ made, quantity, names }: { made: Landscape; quantity: Quantity; names: string[] }) {
  const way = pairs(made.runs.length).flatMap(([a, b]) => made.lines.find(({ from, to }) => from === a && to === b) ?? []);
  const [first, ...others] = way;
  const last = others.at(-1);
  const [main] = made.sets;
  if (!first || !last || !main) return null;
  const begins = way.map((_, i) => way.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  // Where one line ends the next one begins.
  const joined = (of: (line: LandscapeLine, i: number) => number[]): number[] => way.flatMap((line, i) => of(line, i).slice(i === 0 ? 0 : 1));
  const x = joined((line, i) => line.t.map((at) => defined(begins[i]) + at * line.length));
  const series = made.sets.map((set, s): Series => {
    const y = joined(({ sets }) => Array.from(defined(sets[s])[quantity]));
    // The first set is drawn as the strong line in ink, another one thin and grey.
    return { id: set.split, method: s === 0 ? 'ink' : 'zero_shot', label: landscapeWords.split[set.split], detail: '', x, y, marks: false, live: false, strong: s === 0, named: true };
  });
  const values = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const whole = defined(x[x.length - 1]);
  const ends = [...way.map(({ from }, i) => ({ x: defined(begins[i]), text: names[from] })), { x: whole, text: names[last.to] }];
  const barriers = barriersOf(made.sets.map(({ split }) => landscapeWords.splitNames[split]), way, names);
  const chance = made.sets.length > 1 && made.sets.some(({ images, of }) => images < of) && landscapeWords.byChance;
  const sx = extentScale(whole);
  const measured = landscapeWords.linesHint(first.t.length, made.sets.map(({ split, images }) => landscapeWords.imagesOf(formatCount(images), split)), (made.sets.at(-1) ?? main).images);
  return (
      <Plot
        title={landscapeWords.lines}
        of={pictureOfAnalysis(made.runs, main.images, main.split)}
        caption={
          <>
            {barriers} {measured} {chance} <span data-no-picture><Term name="barrier">{landscapeWords.whatBarrier}</Term></span>
          </>
        }
        summary={barriers}
        xLabel={landscapeWords.distance}
        yLabel={landscapeWords.units[quantity]}
        sx={{ ...sx, ticks: ends.map((end) => end.x) }}
        sy={linearScale(Math.min(...values), Math.max(...values))}
        series={series}
        places
        gutter={gutterOf(series)}
        formatX={(value) => landscapeWords.alongX(formatLoss(value))}
        tickX={(value) => ends.find((end) => end.x === value)?.text ?? ''}
        formatY={quantity === 'loss' ? formatLoss : formatPercent}
        formatTick={quantity === 'loss' ? undefined : (value) => formatPercent(value)}
        share={quantity === 'accuracy'}
      />
  );
}

/** One of less than a thousandth is none. */
const isNone = ({ barrier }: { barrier: number }): boolean => barrier < 0.001;

/** The barriers on these lines in words, by the names of the sets and of the runs. Where there is none, that is said once. */
export function barriersOf(sets: string[], way: readonly Pick<LandscapeLine, 'from' | 'to' | 'sets'>[], names: string[]): string {
  if (way.every((line) => line.sets.every(isNone))) return landscapeWords.noneAnywhere(sets);
  const sizeOf = (barrier: number, set: string) => (Number.isFinite(barrier) ? landscapeWords.size(formatLoss(barrier), set) : landscapeWords.infinite(set));
  return way.map(({ from, to, sets: on }) => landscapeWords.barrier(defined(names[from]), defined(names[to]), on.every(isNone) ? landscapeWords.noneOfAll : partsOf(on.map((one, s) => (isNone(one) ? landscapeWords.none(defined(sets[s])) : sizeOf(one.barrier, defined(sets[s]))))))).join(' ');
}
