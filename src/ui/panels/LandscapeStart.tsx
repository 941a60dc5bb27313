import { useId } from 'react';
import { strides, PAPER } from '../../analysis/plane.meta';
import { MethodKey } from '../charts/MethodKey';
import { Button, ButtonRow } from '../controls/Button';
import controls from '../controls/controls.module.css';
import { Note } from '../controls/Sign';
import { formatCount, formatDuration } from '../format';
import { cancelLandscape, changeSpec, chooseCorner, measureLandscape, useLandscape } from '../store/landscape';
import { useRuns, type Run } from '../store/runs';
import { describeSpec } from '../store/specs';
import { t } from '../strings';
import css from '../charts/landscape.module.css';

const near = { x: [-0.5, 1.5], y: [-0.5, 1.5] } as const;

/** Which runs and which points, and the button. */
export function LandscapeStart({ corners, runs, small = false }: { corners: Run[]; runs: Run[]; small?: boolean }) {
  const { spec } = useLandscape();
  const busy = useRuns(({ current }) => current !== '');
  const lines = spec.line > 2 ? 3 * (spec.line - 2) : 0;
  return (
    <div className={css.start}>
      {!small && <p>{t.landscape.about}</p>}
      <Corners corners={corners} runs={runs} />
      <div className={css.fields}>
        <Choice label={t.landscape.grid} value={String(spec.grid)} options={[5, 9, 13, 17, 25, 49].map((n) => [String(n), t.landscape.grids(n)])} onChange={(value) => changeSpec({ grid: Number(value), line: Math.min(25, Number(value)) })} />
        <Choice
          label={t.landscape.range}
          value={spec.x[0] === PAPER.x[0] ? 'paper' : 'near'}
          options={[['paper', t.landscape.ranges.paper], ['near', t.landscape.ranges.near]]}
          onChange={(value) => changeSpec(value === 'paper' ? { x: PAPER.x, y: PAPER.y } : { x: [...near.x], y: [...near.y] })}
        />
        <Choice label={t.landscape.images} value={String(spec.images)} options={[16, 32, 64, 128, 256, 512, 1024].map((n) => [String(n), formatCount(n)])} onChange={(value) => changeSpec({ images: Number(value) })} />
        <Choice
          label={t.landscape.on}
          value={spec.splits.length > 1 ? 'both' : spec.splits[0]}
          options={[['both', t.landscape.sets.both], ['train', t.landscape.sets.train], ['val', t.landscape.sets.val]]}
          onChange={(value) => changeSpec({ splits: value === 'both' ? ['train', 'val'] : [value as 'train' | 'val'] })}
        />
      </div>
      <ButtonRow>
        <Button kind={small ? 'plain' : 'primary'} disabled={busy || corners.length < 3} onClick={() => void measureLandscape(corners)}>
          {small ? t.landscape.again : t.landscape.measure}
        </Button>
        {busy ? <Note sign="info">{t.landscape.busy}</Note> : <span className={css.caption}>{t.landscape.points(formatCount(spec.grid ** 2 + lines + 4), formatCount(spec.images * spec.splits.length))}</span>}
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
                {describeSpec(run.spec)}, {run.name}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}

export function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly (readonly [value: string, text: string])[]; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className={controls.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={controls.select} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** How far the measurement is, with its end; and why one failed. */
export function LandscapeWork() {
  const { status, at, error, spec } = useLandscape();
  if (status === 'idle') {
    return error === '' ? null : (
      <div role="alert">
        <Note sign="err">{t.landscape.failed(error)}</Note>
      </div>
    );
  }
  const measuring = at !== null && at.stage !== 'opening';
  const level = measuring && at.stage === 'grid' && strides(spec.grid).includes(at.stride) ? `, ${t.landscape.level(Math.ceil(spec.grid / at.stride))}` : '';
  const words = !at ? t.landscape.opening(0, 4) : at.stage === 'opening' ? t.landscape.opening(at.done, at.total) : t.landscape.progress(t.landscape.stages[at.stage] + level, formatCount(at.done), formatCount(at.total), at.seconds_left >= 2 ? formatDuration(at.seconds_left) : '');
  return (
    <div className={css.progress}>
      <p>
        {status === 'cancelling' ? t.landscape.cancelling : words}{' '}
        <Button kind="link" disabled={status === 'cancelling'} onClick={cancelLandscape}>
          {t.landscape.cancel}
        </Button>
      </p>
      <progress aria-label={t.landscape.progressLabel} {...(measuring ? { value: at.done, max: at.total } : {})} />
    </div>
  );
}
