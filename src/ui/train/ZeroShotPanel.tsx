import { useId } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { Note } from '../kit/controls/Sign';
import { Term } from '../kit/controls/Term';
import { formatAbout, formatCount, formatPercent } from '../../language/format';
import { useBaselines, useMeasurable } from '../core/runs/baselines';
import { wilson } from '../../numbers/pairs';
import { useRuns } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { learnsOf, setLearns } from '../core/data/texts';
import { useComparedRuns } from '../core/runs/view';
import { cancelZeroShot, measureZeroShot, useZeroShot, zeroShotKey, type Measured } from '../core/runs/zeroShot';
import { ClassBars } from '../core/parts/ClassBars';
import { Templates } from './Templates';
import css from '../core/parts/panels.module.css';
import { zeroShotWords, type Learns } from '../core/words/zeroShot';
import { formWords } from '../core/words/fields';
import { resultsWords } from '../core/words/results';

/** 2, for models that read texts: prompts, what trains, and accuracy before any training. */
export function ZeroShotPanel() {
  const now = useMeasurable();
  if (!now) return null;
  return (
    <section className={css.column} aria-label={zeroShotWords.title}>
      <h3>{zeroShotWords.title}</h3>
      <p className={css.soft}>
        {zeroShotWords.about} <Term name="zeroShot">{formWords.explain}</Term>
      </p>
      <Templates className={now.classes[0] ?? ''} />
      <Measuring now={now} />
      <WhatTrains />
    </section>
  );
}

function WhatTrains() {
  const learns = learnsOf(useSettings((settings) => settings.train));
  const id = useId();
  return (
    <div className={controls.field}>
      <label htmlFor={id}>{zeroShotWords.learns}</label>
      <select id={id} className={controls.select} value={learns} aria-describedby={`${id}-hint`} onChange={({ target }) => setLearns(target.value as Learns)}>
        {Object.entries(zeroShotWords.learn).map(([value, { title }]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      <span id={`${id}-hint`} className={controls.hint}>
        {zeroShotWords.learn[learns].hint}
      </span>
    </div>
  );
}

function Measuring({ now }: { now: NonNullable<ReturnType<typeof useMeasurable>> }) {
  const key = zeroShotKey(now.spec, now.classes);
  const { kept, going, failed } = useZeroShot();
  const busy = useRuns((state) => state.current !== '');
  const known = useBaselines(useComparedRuns()).find((baseline) => baseline.key === key);
  if (going) {
    return (
      <div className={css.checking}>
        <p className={css.soft}>
          {going.total === 0 ? zeroShotWords.preparing : zeroShotWords.measuring(formatCount(going.done), formatCount(going.total), going.left > 0 ? formatAbout(going.left) : '')}{' '}
          <Button kind="link" onClick={cancelZeroShot}>
            {zeroShotWords.cancel}
          </Button>
        </p>
        <progress aria-label={zeroShotWords.progress} value={going.total ? going.done : undefined} max={going.total || 1} />
      </div>
    );
  }
  return (
    <>
      {known?.test && <Result set={known.test} classes={now.classes} />}
      {known?.val && <Result set={known.val} classes={now.classes} />}
      {failed?.key === key && (
        <div role="alert">
          <Note sign="err">{zeroShotWords.failed(failed.message)}</Note>
        </div>
      )}
      <ButtonRow>
        <Button disabled={busy} onClick={() => void measureZeroShot(now.spec, now.classes)}>
          {key in kept ? zeroShotWords.again : zeroShotWords.measure}
        </Button>
        {busy && <span className={css.hint}>{zeroShotWords.busy}</span>}
      </ButtonRow>
    </>
  );
}

function Result({ set, classes }: { set: Measured; classes: string[] }) {
  const [low, high] = wilson(set.accuracy, set.count);
  return (
    <div>
      <p className={css.soft}>{zeroShotWords.result(formatPercent(set.accuracy), formatCount(set.count), resultsWords.on[set.split], formatPercent(low), formatPercent(high))}</p>
      <details className={css.fold}>
        <summary>{zeroShotWords.classes}</summary>
        <ClassBars method="zero_shot" classes={classes} values={set.per_class} />
      </details>
    </div>
  );
}
