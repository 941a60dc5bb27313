import { methodLook } from '../../figures/methods';
import type { Scale } from '../../figures/scale';
import { formatCount, formatNumber, formatPercent, withSpread } from '../../language/format';
import { defined } from '../../numbers/defined';
import { accuracyScale } from '../core/figures/curves';
import { percentTick } from '../core/figures/GroupCurves';
import { fewestTested } from '../core/runs/runs';
import type { Group } from '../core/runs/seedGroups';
import { curveWords } from '../core/words/curves';
import { gutterOf } from '../kit/charts/endNames';
import { Plot } from '../kit/charts/Plot';
import type { Series } from '../kit/charts/series';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Choice } from '../kit/controls/Choice';
import { Segmented } from '../kit/controls/Segmented';
import { Intervals, type Column } from './Intervals';
import { atHand, bothWays, compareAlike, COMPARISONS, deviationOf, AMPLE, FEWEST, isTold, meansAfter, MOST, SHOWN, shuffled, useChance, useDrawn } from './seeds';
import { Slider } from '../kit/controls/Slider';
import { readOf, seedsWords as w, settingOf } from './words/seeds';
import css from '../kit/controls/slider.module.css';

/** Two settings, and the seeds that are drawn of both. */
function Hand({ groups }: { groups: readonly Group[] }) {
  const state = useDrawn();
  const { first, second, all, drawn } = atHand(groups, state);
  const choose = (side: 'first' | 'second') => (key: string) => useDrawn.setState({ first: first.key, second: second.key, [side]: key });
  const others = (than: Group) => groups.filter((one) => one !== than).map((one) => [one.key, settingOf(one)] as const);
  return (
    <div className={css.sliders}>
      <Choice label={w.first} value={first.key} options={others(second)} onChange={choose('first')} />
      <Choice label={w.second} value={second.key} options={others(first)} onChange={choose('second')} />
      <div className={css.buttons}>
        <ButtonRow>
          <Button disabled={drawn.length === all.length} onClick={() => useDrawn.setState({ count: drawn.length + 1 })}>
            {w.draw}
          </Button>
          <Button disabled={drawn.length === all.length} onClick={() => useDrawn.setState({ count: all.length })}>
            {w.all}
          </Button>
          <Button kind="quiet" onClick={() => useDrawn.setState({ order: shuffled(all), count: 1 })}>
            {w.again}
          </Button>
        </ButtonRow>
        <span role="status">{w.drawn(drawn)}</span>
      </div>
    </div>
  );
}

const placesOf = (count: number): Scale => ({ min: 0.5, max: count + 0.5, log: false, ticks: Array.from({ length: count }, (_, i) => i + 1) });

/** Means of two settings after each seed that was drawn, with their intervals. */
export function SeedMeans({ groups }: { groups: readonly Group[] }) {
  const { first, second, all, drawn } = atHand(groups, useDrawn());
  const series = [first, second].map((group): Series => {
    const means = meansAfter(group, drawn);
    const last = defined(means.at(-1));
    return { id: group.key, method: group.method, label: methodLook(group.method).title, second: group.setting, detail: withSpread(last.mean, last.interval, formatPercent), x: means.map(({ n }) => n), y: means.map(({ mean }) => mean), spread: means.map(({ interval }) => interval ?? NaN), marks: true, live: false, strong: true, named: true };
  });
  return (
    <Plot
      title={w.means}
      caption={w.meansCaption}
      summary={w.meansSummary([first, second].map((group, i) => `${settingOf(group)} ${defined(series[i]).detail}`))}
      tools={<Hand groups={groups} />}
      xLabel={w.count}
      yLabel={curveWords.splits.test.unit}
      sx={placesOf(all.length)}
      sy={accuracyScale(series, fewestTested([...first.runs, ...second.runs]))}
      gutter={gutterOf(series)}
      series={series}
      formatX={w.after}
      tickX={formatCount}
      formatY={formatPercent}
      formatTick={percentTick}
      share
    />
  );
}

/** A hundred comparisons of two that do not differ. */
export function ChanceAlone({ groups }: { groups: readonly Group[] }) {
  const { seeds, stops, page } = useChance();
  const deviation = deviationOf(groups);
  const columns = Array.from({ length: SHOWN }, (_, i): Column => {
    const one = compareAlike(page * SHOWN + i, seeds, stops);
    const [value, half] = [one.difference * deviation, one.half * deviation];
    return { id: String(i), of: w.compared(i + 1, one), value, low: value - half, high: value + half, strong: one.told };
  });
  return (
    <Intervals
      title={w.chance}
      caption={w.chanceCaption}
      summary={w.chanceSummary(columns.filter(({ strong }) => strong).length)}
      most={3 * deviation}
      columns={columns}
      tools={
        <div className={css.sliders}>
          <Slider label={stops ? w.seedsUpTo : w.seeds} text={formatNumber(seeds)} min={FEWEST} max={MOST} value={seeds} onChange={(value) => useChance.setState({ seeds: value })} />
          <Segmented label={w.rule} value={stops ? 'early' : 'fixed'} options={(['fixed', 'early'] as const).map((value) => ({ value, text: w.rules[value] }))} onChange={(value) => useChance.setState(({ seeds }) => ({ stops: value === 'early', seeds: value === 'early' && seeds === FEWEST ? AMPLE : seeds }))} />
          <Button onClick={() => useChance.setState({ page: (page + 1) % (COMPARISONS / SHOWN) })}>{w.others}</Button>
          <span role="status">{w.chanceSummary(columns.filter(({ strong }) => strong).length)}</span>
        </div>
      }
    />
  );
}

/** The difference of two settings on each seed, and its interval in pairs and not. */
export function SeedPairs({ groups }: { groups: readonly Group[] }) {
  const { first, second, drawn } = atHand(groups, useDrawn());
  const { differences, paired, unpaired } = bothWays(first, second, drawn);
  const whole = [[w.inPairs, paired], [w.notPaired, unpaired]] as const;
  const columns = [
    ...differences.map((value, i): Column => ({ id: `seed ${defined(drawn[i])}`, of: w.seed(defined(drawn[i])), label: w.seed(defined(drawn[i])), value, strong: false })),
    ...whole.flatMap(([of, one]): Column[] => (one ? [{ id: of, of, label: of, value: one.difference, low: one.low, high: one.high, strong: isTold(one) }] : [])),
  ];
  const [inPairs = '', not = ''] = whole.map(([of, one]) => (one ? readOf(of, { value: one.difference, ...one }) : w.tooFew));
  return <Intervals title={`${w.pairs}: ${settingOf(first)} less ${settingOf(second)}`} caption={w.pairsCaption} summary={w.pairsSummary(inPairs, not)} tools={<Hand groups={groups} />} columns={columns} most={0.02} />;
}
