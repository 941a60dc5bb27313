import { useId, useRef } from 'react';
import { strides } from '../../../analysis/plane.meta';
import { MethodKey } from '../../kit/charts/MethodKey';
import { Button, ButtonRow } from '../../kit/controls/Button';
import { Choice } from '../../kit/controls/Choice';
import controls from '../../kit/controls/controls.module.css';
import { Note } from '../../kit/controls/Sign';
import { useInSight } from '../../kit/controls/useInSight';
import { formatAbout, formatCount } from '../../../language/format';
import { defined, several } from '../../../numbers/defined';
import { dataById, useCatalog } from '../data/catalog';
import { useInside } from '../analyses/inside';
import { cancelLandscape, chooseCorner, costOf, measureLandscape, setsOf, specOf, staysBefore, upTo, useLandscape, usePace } from '../analyses/landscape';
import { useRuns, type Run } from '../runs/runs';
import { changeSettings, landscapeGrids, landscapeImages, landscapeRanges, landscapeSets, useSettings, type Settings } from '../settings/settings';
import { describeRun } from '../runs/specs';
import { leftOf } from '../analyses/analysing';
import css from '../figures/landscape.module.css';
import { landscapeWords } from '../words/landscape';

/** Choice of runs and points, and the button. */
export function LandscapeStart({ corners, runs, again = null }: { corners: Run[]; runs: Run[]; /** Beside a landscape: whether it is of these corners. */ again?: boolean | null }) {
  const small = again !== null;
  const settings = useSettings();
  const spec = specOf(settings);
  const busy = useRuns(({ current }) => current !== '');
  const looked = useInside((inside) => inside.status !== 'idle');
  const data = useCatalog((catalog) => dataById(catalog, corners[0]?.spec.data ?? ''));
  const [training, followed] = several(setsOf(corners[0]?.spec, data, ['train', 'val']), 2);
  // As many as the larger of the sets has.
  const most = Math.max(...setsOf(corners[0]?.spec, data, spec.splits).map(({ of }) => of));
  const counts = upTo(landscapeImages, most);
  const images = Math.min(spec.images, counts.at(-1)!);
  const { each: pace, sets, pictures } = usePace(corners.map((run) => run.spec), { ...spec, images });
  const { models, paths, seconds } = costOf(corners, spec, pictures, pace);
  return (
    <div className={css.start}>
      {!small && <p>{landscapeWords.about}</p>}
      <Corners corners={corners} runs={runs} />
      <div className={css.fields}>
        <Choice label={landscapeWords.grid} value={String(spec.grid)} options={landscapeGrids.map((n) => [String(n), landscapeWords.grids(n)])} onChange={(value) => changeSettings({ landscapeGrid: Number(value) })} />
        <Choice
          label={landscapeWords.range}
          value={settings.landscapeRange}
          options={landscapeRanges.map((range) => [range, landscapeWords.ranges[range]])}
          onChange={(value) => changeSettings({ landscapeRange: value as Settings['landscapeRange'] })}
        />
        <Choice label={landscapeWords.images} value={String(images)} options={counts.map((n) => [String(n), formatCount(Math.min(n, most))])} onChange={(value) => changeSettings({ landscapeImages: Number(value) })} />
        <Choice
          label={landscapeWords.on}
          value={settings.landscapeOn}
          options={landscapeSets.map((set) => [set, set === 'both' ? landscapeWords.both(followed.split) : landscapeWords.splits[set === 'val' ? followed.split : training.split]])}
          onChange={(value) => changeSettings({ landscapeOn: value as Settings['landscapeOn'] })}
        />
      </div>
      <ButtonRow>
        <Button kind={small ? 'plain' : 'primary'} disabled={busy || looked || corners.length < 3} onClick={() => void measureLandscape(corners)}>
          {again === null ? landscapeWords.measure : again ? landscapeWords.again : landscapeWords.another}
        </Button>
        {busy || looked ? <Note sign="info">{busy ? landscapeWords.busy : landscapeWords.looked}</Note> : <span className={css.caption}>{landscapeWords.points(formatCount(spec.grid ** 2), formatCount(models - spec.grid ** 2), paths > 0, sets.map(({ split, images }) => landscapeWords.imagesOf(formatCount(images), split)), defined(sets[sets.length - 1]).images, seconds === null ? '' : formatAbout(seconds))}</span>}
      </ButtonRow>
    </div>
  );
}

/** The runs at the three corners. */
export function Corners({ corners, runs }: { corners: Run[]; runs: Run[] }) {
  const id = useId();
  return (
    <div className={css.pick}>
      {[landscapeWords.left, landscapeWords.upper, landscapeWords.right].map((label, k) => (
        <div key={label} className={controls.field}>
          <label htmlFor={`${id}-${k}`}>{corners[k] ? <MethodKey method={corners[k].spec.method.method}>{label}</MethodKey> : label}</label>
          <select id={`${id}-${k}`} className={controls.select} value={corners[k]?.id ?? ''} onChange={({ target }) => chooseCorner(corners, k, target.value)}>
            {runs.map((run) => (
              <option key={run.id} value={run.id}>
                {describeRun(run)}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}

/** Progress of the measurement, with a way to end it; or why one failed. */
export function LandscapeWork() {
  const { status, at, error, shown, coming, before } = useLandscape();
  const grid = (coming ?? shown)?.spec.grid ?? 0;
  const work = useRef<HTMLDivElement>(null);
  useInSight(work, status !== 'idle');
  if (status === 'idle') {
    return error === '' ? null : (
      <div role="alert">
        <Note sign="err">{landscapeWords.failed(error)}</Note>
      </div>
    );
  }
  const measuring = at !== null && at.stage !== 'opening';
  const level = measuring && at.stage === 'grid' && strides(grid).includes(at.stride) ? `, ${landscapeWords.level(Math.ceil(grid / at.stride))}` : '';
  const words = !at ? landscapeWords.opening(0, 4) : at.stage === 'opening' ? landscapeWords.opening(at.done, at.total) : landscapeWords.progress(landscapeWords.stages[at.stage] + level, formatCount(at.done), formatCount(at.total), leftOf(at));
  return (
    <div ref={work} className={css.progress} tabIndex={-1}>
      <p>
        {status === 'cancelling' ? landscapeWords.cancelling : words}{' '}
        <Button kind="link" disabled={status === 'cancelling'} onClick={cancelLandscape}>
          {landscapeWords.cancel(before !== null && (coming !== null || staysBefore(shown, before)) ? 'before' : coming === null && shown !== null && shown.measured > 0 ? 'points' : 'nothing')}
        </Button>
      </p>
      <progress aria-label={landscapeWords.progressLabel} {...(measuring ? { value: at.done, max: at.total } : {})} />
    </div>
  );
}
