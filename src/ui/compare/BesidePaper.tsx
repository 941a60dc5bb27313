import { useMemo, type ReactNode } from 'react';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { formatCount, formatDuration, formatFixed, formatPercent, listOf, withSpread } from '../../language/format';
import { fewest } from '../../numbers/stats';
import { defined } from '../../numbers/defined';
import type { Experiment } from '../../records/paper.meta';
import { besideTable, costBeside, type BesidePart, type BesideRow, type Reported } from './store/beside';
import { factNamed } from '../core/runs/facts';
import { hideExperiments } from '../core/runs/experimentSheet';
import { counts, meanFact, type Group } from '../core/runs/runGroups';
import { isLive, testEvaluation, type Run } from '../core/runs/runs';
import { go } from '../core/storage/shown';
import { paperWords, quoted } from './words/paper';
import css from './beside.module.css';
import { runsWords } from '../core/words/runs';
import { viewWords } from '../core/words/views';
import { tableWords } from '../core/words/table';

/** Seconds below which the time of a run is said to be short. */
const short = 60;

/** Results of an experiment's runs, setting by setting, beside what the paper reports of their like, marked as the paper's. */
export default function BesidePaper({ experiment, runs }: { experiment: Experiment; runs: readonly Run[] }) {
  const { parts, rest } = useMemo(() => besideTable(experiment, runs), [experiment, runs]);
  const done = runs.filter(counts);
  // One seed has neither a mean nor an interval, two have no interval, and costs are shown without one.
  const most = Math.max(0, ...parts.flatMap(({ rows }) => rows.map(({ group }) => group.seeds.length)));
  const over = most < 2 ? 'none' : experiment.measures === 'cost' || most < fewest ? 'mean' : 'interval';
  const shortest = Math.min(...done.flatMap(({ seconds }) => (seconds > 0 ? [seconds] : [])));
  const headed = parts.length > 1 || (experiment.small.variants?.length ?? 0) > 1;
  return (
    <div className={css.beside}>
      <p className={css.about}>{done.length > 0 ? ours(done, over) : paperWords.noRuns}</p>
      {experiment.measures === 'cost' && shortest < short && <p className={css.about}>{paperWords.short(formatDuration(shortest))}</p>}
      <p className={css.about}>{paperWords.theirs(quoted(experiment.reported.of))}</p>
      {parts.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{paperWords.setting}</th>
              <th scope="col" className={css.count}>
                {paperWords.trainable}
              </th>
              <th scope="col" className={css.num}>
                {paperWords.measured}
                <small>{experiment.measures === 'cost' ? paperWords.cost : paperWords.accuracy}</small>
              </th>
              <th scope="col" className={css.paper}>
                <span className={css.tag}>{paperWords.paper}</span>
              </th>
            </tr>
          </thead>
          {parts.map((part) => (
            <tbody key={`${part.shots} ${part.limit}`}>
              {headed && (
                <tr className={css.part}>
                  <th scope="rowgroup" colSpan={4}>
                    {picturesOf(part)}
                  </th>
                </tr>
              )}
              {part.rows.map((row) => (
                <Row key={row.group.key} row={row} value={valueOf(experiment, row.group, part)} />
              ))}
            </tbody>
          ))}
        </table>
      )}
      {rest.length > 0 && (
        <div className={css.rest}>
          <p>
            <span className={css.tag}>{paperWords.paper}</span> {parts.length > 0 && paperWords.others}
          </p>
          <Numbers of={rest} />
        </div>
      )}
      {experiment.measures === 'analyses' && done.length > 0 && <Analyses />}
    </div>
  );
}

function Row({ row: { group, name, reported, span }, value }: { row: BesideRow; value: ReactNode }) {
  const trainable = meanFact(group, factNamed('trainable')!)?.mean ?? defined(group.runs[0]).plan?.trainable_parameters;
  const coming = group.runs.filter((run) => isLive(run) || run.state === 'waiting' || run.state === 'interrupted').length;
  return (
    <tr>
      <th scope="row">
        <MethodKey method={group.method}>{name}</MethodKey>
      </th>
      <td className={css.count}>{trainable === undefined ? '' : formatCount(trainable)}</td>
      <td className={css.num}>
        {group.counted.length > 0 ? (
          <>
            {value}
            <small>{paperWords.seeds(group.seeds.length, coming, group.failed)}</small>
          </>
        ) : (
          <span className={css.soft}>{runsWords.states[(group.runs.find(isLive) ?? defined(group.runs[0])).state]}</span>
        )}
      </td>
      {span > 0 && (
        <td className={css.paper} rowSpan={span}>
          {reported.length > 0 ? <Numbers of={reported} /> : '–'}
        </td>
      )}
    </tr>
  );
}

/** A number or two; what the paper only describes is a sentence. */
const isNumber = (value: string): boolean => /^[\d./ ]+$/.test(value);

/** Numbers of the paper by what it calls them. */
function Numbers({ of }: { of: readonly Reported[] }) {
  return (
    <dl>
      {of.map(([label, value]) => (
        <div key={label}>
          <dt>{quoted(label)}</dt>
          <dd className={isNumber(value) ? css.value : undefined}>{quoted(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Links to the views that measure what the paper reports of features and landscapes. */
function Analyses() {
  return (
    <div className={css.analyses}>
      <p className={css.about}>{paperWords.analyses}</p>
      <ButtonRow>
        {(['inside', 'landscape'] as const).map((view) => (
          <Button
            key={view}
            small
            onClick={() => {
              hideExperiments();
              go(view);
            }}
          >
            {viewWords[view]}
          </Button>
        ))}
      </ButtonRow>
    </div>
  );
}

/** Measured value of a group, as its column says. */
function valueOf({ measures }: Experiment, group: Group, { rows }: BesidePart): ReactNode {
  if (measures !== 'cost') {
    const mean = meanFact(group, factNamed('accuracy')!);
    return mean ? withSpread(mean.mean, mean.interval, formatPercent).replace('± ', '±\u00a0') : '–';
  }
  const { time, memory } = costBeside(group, rows.map((row) => row.group));
  const percent = (share: number | null) => (share === null ? '–' : formatFixed(100 * share, 0));
  return <span title={time === null && memory !== null ? tableWords.unlikeTimed : undefined}>{paperWords.share(percent(time), percent(memory))}</span>;
}

function ours(done: readonly Run[], over: 'none' | 'mean' | 'interval'): string {
  const distinct = (of: (run: Run) => string) => listOf([...new Set(done.map(of))]);
  const pictures = new Set(done.map((run) => testEvaluation(run)!.count));
  return paperWords.ours(distinct((run) => run.modelTitle), distinct((run) => run.dataTitle), pictures.size === 1 ? formatCount(defined([...pictures][0])) : '', over);
}

const picturesOf = ({ shots, limit }: BesidePart): string => (shots > 0 ? paperWords.shots(shots) : limit > 0 ? paperWords.limit(limit) : paperWords.everything);
