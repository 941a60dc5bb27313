import { useId, useRef } from 'react';
import { strides } from '../../analysis/plane.meta';
import { MethodKey } from '../charts/MethodKey';
import { Button, ButtonRow } from '../controls/Button';
import { Choice } from '../controls/Choice';
import controls from '../controls/controls.module.css';
import { Note } from '../controls/Sign';
import { useInSight } from '../controls/useInSight';
import { formatCount, formatDuration } from '../../language/format';
import { defined, several } from '../../numbers/defined';
import { dataById, useCatalog } from '../store/catalog';
import { useInside } from '../store/inside';
import { cancelLandscape, chooseCorner, costOf, measureLandscape, setsOf, specOf, staysBefore, upTo, useLandscape, usePace } from '../store/landscape';
import { useRuns, type Run } from '../store/runs';
import { changeSettings, landscapeGrids, landscapeImages, landscapeRanges, landscapeSets, useSettings, type Settings } from '../store/settings';
import { describeRun } from '../store/specs';
import { t } from '../strings';
import { leftOf } from './analysing';
import css from '../charts/landscape.module.css';

/** Which runs and which points, and the button. */
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
      {!small && <p>{t.landscape.about}</p>}
      <Corners corners={corners} runs={runs} />
      <div className={css.fields}>
        <Choice label={t.landscape.grid} value={String(spec.grid)} options={landscapeGrids.map((n) => [String(n), t.landscape.grids(n)])} onChange={(value) => changeSettings({ landscapeGrid: Number(value) })} />
        <Choice
          label={t.landscape.range}
          value={settings.landscapeRange}
          options={landscapeRanges.map((range) => [range, t.landscape.ranges[range]])}
          onChange={(value) => changeSettings({ landscapeRange: value as Settings['landscapeRange'] })}
        />
        <Choice label={t.landscape.images} value={String(images)} options={counts.map((n) => [String(n), formatCount(Math.min(n, most))])} onChange={(value) => changeSettings({ landscapeImages: Number(value) })} />
        <Choice
          label={t.landscape.on}
          value={settings.landscapeOn}
          options={landscapeSets.map((set) => [set, set === 'both' ? t.landscape.both(followed.split) : t.landscape.splits[set === 'val' ? followed.split : training.split]])}
          onChange={(value) => changeSettings({ landscapeOn: value as Settings['landscapeOn'] })}
        />
      </div>
      <ButtonRow>
        <Button kind={small ? 'plain' : 'primary'} disabled={busy || looked || corners.length < 3} onClick={() => void measureLandscape(corners)}>
          {again === null ? t.landscape.measure : again ? t.landscape.again : t.landscape.another}
        </Button>
        {busy || looked ? <Note sign="info">{busy ? t.landscape.busy : t.landscape.looked}</Note> : <span className={css.caption}>{t.landscape.points(formatCount(spec.grid ** 2), formatCount(models - spec.grid ** 2), paths > 0, sets.map(({ split, images }) => t.landscape.imagesOf(formatCount(images), split)), defined(sets[sets.length - 1]).images, seconds === null ? '' : formatDuration(seconds))}</span>}
      </ButtonRow>
    </div>
  );
}

/** The runs at the three corners. */
export function Corners({ corners, runs }: { corners: Run[]; runs: Run[] }) {
  const id = useId();
  return (
    <div className={css.pick}>
      {[t.landscape.left, t.landscape.upper, t.landscape.right].map((label, k) => (
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

/** How far the measurement is, with its end; and why one failed. */
export function LandscapeWork() {
  const { status, at, error, shown, coming, before } = useLandscape();
  const grid = (coming ?? shown)?.spec.grid ?? 0;
  const work = useRef<HTMLDivElement>(null);
  useInSight(work, status !== 'idle');
  if (status === 'idle') {
    return error === '' ? null : (
      <div role="alert">
        <Note sign="err">{t.landscape.failed(error)}</Note>
      </div>
    );
  }
  const measuring = at !== null && at.stage !== 'opening';
  const level = measuring && at.stage === 'grid' && strides(grid).includes(at.stride) ? `, ${t.landscape.level(Math.ceil(grid / at.stride))}` : '';
  const words = !at ? t.landscape.opening(0, 4) : at.stage === 'opening' ? t.landscape.opening(at.done, at.total) : t.landscape.progress(t.landscape.stages[at.stage] + level, formatCount(at.done), formatCount(at.total), leftOf(at.seconds_left));
  return (
    <div ref={work} className={css.progress} tabIndex={-1}>
      <p>
        {status === 'cancelling' ? t.landscape.cancelling : words}{' '}
        <Button kind="link" disabled={status === 'cancelling'} onClick={cancelLandscape}>
          {t.landscape.cancel(before !== null && (coming !== null || staysBefore(shown, before)) ? 'before' : coming === null && shown !== null && shown.measured > 0 ? 'points' : 'nothing')}
        </Button>
      </p>
      <progress aria-label={t.landscape.progressLabel} {...(measuring ? { value: at.done, max: at.total } : {})} />
    </div>
  );
}
