import { Figure } from '../kit/charts/Figure';
import { Button } from '../kit/controls/Button';
import { pictureOf } from '../core/figures/pictureOf';
import { useCatalog } from '../core/data/catalog';
import { useRuns, type Run } from '../core/runs/runs';
import { timeStep } from '../core/runs/trainer';
import { formatFixed } from '../../language/format';
import css from '../kit/charts/board.module.css';
import { boardWords } from '../core/words/board';

const shown = 14;
const ms = (ns: number): string => formatFixed(ns / 1e6, 2);

/** Time of each kernel in one training step; measured when it is asked for. */
export function KernelTimes({ run }: { run: Run }) {
  const current = useRuns((state) => state.runs.find((one) => one.id === state.current));
  // Until the device has answered nothing is offered that it may not have.
  const can = useCatalog(({ device }) => device?.features.includes('timestamp-query') === true);
  const ready = current?.state === 'running' && current.phase === 'train';
  const times = (current?.times ? current : run).times;
  const name = (current?.times ? current : run).name;
  const button = can && (
    <Button small disabled={!ready} onClick={() => void timeStep()}>
      {boardWords.timesButton}
    </Button>
  );
  const longest = times?.kernels[0];
  if (!times || !longest)
    return (
      <div>
        <h3>{boardWords.timesTitle}</h3>
        <p className={css.soft}>
          {times || !can ? boardWords.timesNone : boardWords.timesEmpty} {can && !ready && !times && boardWords.timesWhen}
        </p>
        {!times && button}
      </div>
    );
  const all = times.kernels.reduce((sum, { ns }) => sum + ns, 0);
  const share = (ns: number) => formatFixed((100 * ns) / all, 1);
  const rest = times.kernels.slice(shown);
  const drawn = [...times.kernels.slice(0, shown), ...(rest.length > 0 ? [{ kernel: boardWords.others(rest.length), count: rest.reduce((sum, { count }) => sum + count, 0), ns: rest.reduce((sum, { ns }) => sum + ns, 0) }] : [])];
  const most = Math.max(...drawn.map(({ ns }) => ns));
  const bars = (cursor: number) => (
    <div className={css.bars}>
      {drawn.map(({ kernel, ns }, i) => (
        <div key={kernel} style={{ display: 'contents' }}>
          <code>{kernel}</code>
          <i className={i === cursor ? css.now : undefined} style={{ width: `${(100 * ns) / most}%` }} aria-hidden="true" />
          <span>{boardWords.timesOf(ms(ns), share(ns))}</span>
        </div>
      ))}
    </div>
  );
  return (
    <Figure
      title={boardWords.times(name, times.step)}
      caption={boardWords.timesHint}
      summary={boardWords.timesSummary(ms(all), longest.kernel, share(longest.ns))}
      tools={button}
      of={pictureOf([current?.times ? current : run])}
      stops={drawn.map(({ kernel, count, ns }) => boardWords.timesRow(kernel, count, ms(ns), share(ns)))}
      table={{ head: boardWords.timesHead, rows: times.kernels.map(({ kernel, count, ns }) => [kernel, count, ms(ns), share(ns)]), plain: { head: boardWords.timesHead, rows: times.kernels.map(({ kernel, count, ns }) => [kernel, count, ns / 1e6, (100 * ns) / all]) } }}
      print={{ legend: false, draw: () => bars(-1) }}
    >
      {bars}
    </Figure>
  );
}
