import type { Landscape } from '../../../analysis/analysis.meta';
import { Button } from '../../kit/controls/Button';
import { Icon } from '../../kit/controls/Icon';
import { Segmented } from '../../kit/controls/Segmented';
import { Note } from '../../kit/controls/Sign';
import { ExampleOffer } from './ExampleOffer';
import { useBlocked } from './Start';
import { useAnalysable } from '../analyses/analyses';
import { timeOf } from '../runs/estimate';
import { cornersNow, specOf, useLandscape, usePace } from '../analyses/landscape';
import { liveOf, useMetricsVersion } from '../runs/metrics';
import { useRuns } from '../runs/runs';
import { changeSettings, useSettings } from '../settings/settings';
import { formatAbout, formatCount, listOf } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { walkActionWords as w } from '../words/walkAction';
import { conditionOfAll } from '../analyses/experiment';
import { InTrain } from './InTrain';
import { endWalk, missingOf, useWalk, walk, walkGrids, walkModels, walkSpecs } from '../analyses/walk';
import css from './stage.module.css';


/** One button makes everything that the lesson walks over: the runs that are missing, then the plane through them. */
export function WalkAction({ made, example = false }: { made: Landscape | null; /** Offers the example where nothing was measured. */ example?: boolean }) {
  const { waits, failed } = useWalk();
  const spec = specOf(useSettings());
  const blocked = useBlocked();
  const here = useAnalysable();
  const missing = missingOf(here);
  const measuring = useLandscape(({ status }) => status !== 'idle');
  const models = walkModels(here, missing.length, spec);
  const { each, pictures } = usePace([...cornersNow(here).map(({ spec }) => spec), ...(blocked ? [] : walkSpecs(missing))], spec);
  const { runs, current } = useRuns();
  // Steps come many times a second, outside the store.
  useMetricsVersion();
  if (waits.length > 0) {
    const run = runs.find(({ id }) => id === current && waits.includes(id));
    const steps = run && run.phase === 'train' ? w.steps(liveOf(run.id).step, run.spec.train.steps) : '';
    const done = waits.filter((id) => runs.find((one) => one.id === id)?.state === 'done').length;
    return (
      <div className={css.action}>
        <span role="status">{w.training(done, waits.length, run ? methodLook(run.spec.method.method).title : '')}</span>
        {steps && <span>{steps}</span>}
        <Button onClick={endWalk}>{w.cancel}</Button>
      </div>
    );
  }
  const specs = blocked ? [] : walkSpecs(missing);
  const time = blocked ? null : timeOf(specs, runs);
  const on = conditionOfAll(specs.length > 0 ? specs : cornersNow(here).map(({ spec }) => spec));
  const again = made !== null && missing.length === 0;
  return (
    <div className={css.action}>
      <Segmented label={w.grid} value={String(spec.grid)} options={walkGrids(spec.grid).map((n) => ({ value: String(n), text: w.grids(n) }))} onChange={(value) => changeSettings({ landscapeGrid: Number(value) })} />
      <Button disabled={blocked !== '' || measuring || current !== ''} onClick={() => void walk()}>
        <Icon name="play" />
        {missing.length > 0 ? w.train(listOf(missing.map((method) => methodLook(method).title))) : again ? w.again : w.measure}
      </Button>
      {measuring ? <span role="status">{w.measuring}</span> : current !== '' && <span>{w.busy}</span>}
      {failed && (
        <div role="alert">
          <Note sign="err">{w.failed}</Note>
        </div>
      )}
      {/* In one place, so that nothing moves when it is known. */}
      {!measuring && (
        <span className={css.cost}>
          {blocked || (on && w.cost(missing.length, !time || time.unknown > 0 ? '' : formatAbout(time.seconds), formatCount(models), each === null ? '' : formatAbout(each * pictures * models), on.data, on.model, on.steps, formatCount(spec.grid ** 2)))} {!blocked && missing.length > 0 && <InTrain />}
        </span>
      )}
      {example && !made && !measuring && <ExampleOffer />}
    </div>
  );
}
