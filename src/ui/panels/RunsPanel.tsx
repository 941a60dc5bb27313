import { MethodKey } from '../charts/MethodKey';
import { Panel } from '../controls/Panel';
import { Sign, type SignName } from '../controls/Sign';
import { formatCount, formatDuration, formatPercent } from '../format';
import { useBaselines, type Baseline } from '../store/baselines';
import { isLive, useRuns, selectRun, toggleRun, testEvaluation, type Run } from '../store/runs';
import { useSettings } from '../store/settings';
import { whatDiffers } from '../store/specs';
import { tabId } from '../store/tabs';
import { useComparedRuns, useKeptRuns, useSelectedRun } from '../store/view';
import { t } from '../strings';
import { RunActions } from './RunActions';
import { RunsExportButton } from './RunsExportSheet';
import css from './panels.module.css';

const signs: Record<Run['state'], SignName> = { waiting: 'wait', running: 'info', paused: 'info', stopping: 'info', done: 'ok', stopped: 'ok', failed: 'err', interrupted: 'warn' };

/** All runs with what tells them apart. */
export function RunsPanel() {
  const kept = useKeptRuns();
  // What runs or waits here stands in the queue.
  const runs = kept.filter((run) => !(run.owner === tabId && (isLive(run) || run.state === 'waiting')));
  const loaded = useRuns((state) => state.loaded);
  const selected = useSelectedRun();
  const hidden = useRuns((state) => state.hidden);
  const data = useSettings((settings) => settings.data);
  const baselines = useBaselines(useComparedRuns());
  return (
    <Panel title={t.runs.title} aside={runs.length > 0 ? formatCount(runs.length) : undefined} actions={<RunsExportButton />}>
      {runs.length === 0 ? (
        <p className={css.soft}>{loaded ? t.runs.empty : t.runs.reading}</p>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.runs.shown}</th>
              <th scope="col">{t.runs.run}</th>
              <th scope="col">{t.runs.method}</th>
              <th scope="col" className={css.cDiff}>
                {t.runs.differs}
              </th>
              <th scope="col" className={`${css.num} ${css.cParams}`}>
                {t.runs.trainable}
              </th>
              <th scope="col" className={`${css.num} ${css.cBest}`} title={t.runs.bestHint}>
                {t.runs.best}
              </th>
              <th scope="col" className={css.num} title={t.runs.testHint}>
                {t.runs.test}
              </th>
              <th scope="col" className={`${css.num} ${css.cTime}`}>
                {t.runs.time}
              </th>
              <th scope="col">{t.runs.state}</th>
              <th scope="col">
                <span className="sr">{t.runs.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <RunRow key={run.id} run={run} number={kept.indexOf(run) + 1} baseline={runs[0]} selected={run.id === selected?.id} hidden={hidden.includes(run.id)} otherData={run.spec.data !== data} />
            ))}
            {baselines.map((baseline) => (
              <BaselineRow key={baseline.key} baseline={baseline} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

interface RowProps {
  run: Run;
  number: number;
  baseline: Run;
  selected: boolean;
  hidden: boolean;
  otherData: boolean;
}

function RunRow({ run, number, baseline, selected, hidden, otherData }: RowProps) {
  const test = testEvaluation(run);
  const elsewhere = run.owner !== '' && run.owner !== tabId;
  const state = elsewhere ? t.runs.otherTab : t.runs.states[run.state];
  const failedWhy = run.state === 'failed' && run.error ? t.failures[run.error.kind].short : '';
  return (
    <tr className={selected ? css.now : run.state === 'waiting' ? css.wait : undefined}>
      <td>
        <input type="checkbox" className={css.eye} checked={!hidden} onChange={() => toggleRun(run.id)} aria-label={t.runs.showLine(run.name)} title={number <= 9 ? t.runs.key(number) : undefined} />
      </td>
      <th scope="row">
        <button type="button" className={css.pick} aria-pressed={selected} onClick={() => selectRun(run.id)}>
          {run.name}
        </button>
        {otherData && <span className={css.tag}>{run.dataTitle}</span>}
      </th>
      <td>
        <MethodKey method={run.spec.method.method} />
      </td>
      <td className={`${css.diff} ${css.cDiff}`}>{run.id === baseline.id ? t.runs.baseline : whatDiffers(run.spec, baseline.spec) || t.runs.same}</td>
      <td className={`${css.num} ${css.cParams}`}>{run.plan ? formatCount(run.plan.trainable_parameters) : '–'}</td>
      <td className={`${css.num} ${css.cBest}`}>{run.best ? formatPercent(run.best.accuracy) : '–'}</td>
      <td className={css.num}>{test ? formatPercent(test.accuracy) : '–'}</td>
      <td className={`${css.num} ${css.cTime}`}>{run.seconds > 0 ? formatDuration(run.seconds) : '–'}</td>
      <td>
        <span className={css.state}>
          <Sign name={signs[run.state]} />
          {failedWhy || state}
        </span>
      </td>
      <td className={css.act}>
        <RunActions run={run} elsewhere={elsewhere} />
      </td>
    </tr>
  );
}

/** Accuracy without training, under the runs. */
function BaselineRow({ baseline: { model, prompts, test, val } }: { baseline: Baseline }) {
  return (
    <tr>
      <td />
      <th scope="row">{model}</th>
      <td>
        <MethodKey method="zero_shot" />
      </td>
      <td className={`${css.diff} ${css.cDiff}`}>{t.zeroShot.row(prompts)}</td>
      <td className={`${css.num} ${css.cParams}`}>{formatCount(0)}</td>
      <td className={`${css.num} ${css.cBest}`}>{val ? formatPercent(val.accuracy) : '–'}</td>
      <td className={css.num}>{test ? formatPercent(test.accuracy) : '–'}</td>
      <td className={`${css.num} ${css.cTime}`}>–</td>
      <td />
      <td />
    </tr>
  );
}
