import { useId, useMemo, useState } from 'react';
import { Button } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import controls from '../kit/controls/controls.module.css';
import { Note } from '../kit/controls/Sign';
import { formatAbout, formatCount, partsOf } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { addSweep } from '../core/runs/actions';
import { useCatalog } from '../core/data/catalog';
import { useEdits } from '../core/data/edits';
import { timeOf } from '../core/runs/estimate';
import { changeSettings, sweepAxes, sweepSettings, useSettings, type SweepAxis } from '../core/settings/settings';
import { mostRuns, showSweep, sweepSpecs, sweepValues, useSweep } from '../core/settings/sweep';
import { runKey } from '../core/runs/specs';
import { readSweep } from '../core/settings/sweepText';
import { useBlocked } from '../core/parts/Start';
import css from './queue.module.css';
import { sweepWords } from '../core/words/queue';
import { useKeptRuns } from '../core/runs/runs';

/** Lists to go over, and how many runs that makes, before anything is added. */
export function SweepForm() {
  const settings = useSettings();
  const catalog = useCatalog();
  const edits = useEdits((state) => state.byData);
  const { rows, error } = useSweep();
  const runs = useKeptRuns();
  const blocked = useBlocked();
  const [leave, setLeave] = useState(true);
  const wrong = sweepAxes.some((axis) => !readSweep(axis, settings[sweepSettings[axis]]).ok);

  // Edits are part of every spec.
  const sweep = useMemo(() => (blocked ? null : sweepSpecs(settings, rows)), [blocked, settings, rows, catalog, edits]); // oxlint-disable-line react/exhaustive-deps
  const there = useMemo(() => new Set(runs.filter((run) => run.state !== 'failed' && run.state !== 'stopped' && !run.theirs).map((run) => runKey(run.spec))), [runs]);
  const known = sweep ? sweep.specs.filter((spec) => there.has(runKey(spec))).length : 0;
  const specs = sweep ? (leave ? sweep.specs.filter((spec) => !there.has(runKey(spec))) : sweep.specs) : [];
  const tooMany = (sweep?.specs.length ?? 0) > mostRuns;
  const time = timeOf(specs, runs);
  const words = specs.length === 0 ? '' : time.unknown === specs.length ? sweepWords.noTime : time.unknown > 0 ? sweepWords.timePartly(formatAbout(time.seconds), time.unknown) : sweepWords.time(formatAbout(time.seconds));
  const values = sweepValues(settings);
  const parts = [sweepWords.methods(settings.methods.length), ...sweepAxes.flatMap((axis) => (values[axis].length > 1 ? [sweepWords.values[axis](values[axis].length)] : []))];
  const product = settings.methods.length * sweepAxes.reduce((all, axis) => all * Math.max(1, values[axis].length), 1);
  const different = sweep && sweep.asking === 0 && !tooMany ? sweep.specs.length : product;
  const fewer = different < product ? sweepWords.different(different) : '';
  const missing = (sweep?.missing ?? []).map(({ method, budget }) => sweepWords.missingOne(methodLook(method).title, budget ? formatCount(budget) : ''));

  return (
    <form
      className={css.sweep}
      aria-label={sweepWords.button}
      onSubmit={(event) => {
        event.preventDefault();
        if (specs.length === 0 || wrong || tooMany || (sweep?.asking ?? 0) > 0) return;
        addSweep(specs);
        showSweep(false);
      }}
    >
      <p className={css.lead}>{sweepWords.lead}</p>
      <div className={css.axes}>
        {sweepAxes.map((axis) => (
          <Axis key={axis} axis={axis} text={settings[sweepSettings[axis]]} />
        ))}
      </div>
      <p className={css.product} role="status">
        <b>{wrong ? '' : parts.join(sweepWords.times)}</b>{!wrong && fewer && <span>{fewer}</span>}
        <span>{blocked || (wrong ? '' : sweep && sweep.asking > 0 ? sweepWords.asking(sweep.asking) : tooMany ? sweepWords.most(mostRuns) : sweepWords.runs(specs.length, words))}</span>
      </p>
      {error && <Note sign="err">{error}</Note>}
      {missing.length > 0 && <Note sign="info">{sweepWords.missing(partsOf(missing))}</Note>}
      <div className={css.go}>
        <Button kind="primary" submit disabled={specs.length === 0 || wrong || tooMany || (sweep?.asking ?? 0) > 0}>
          {specs.length > 0 && !tooMany && !wrong ? sweepWords.add(specs.length) : sweepWords.none}
        </Button>
        {known > 0 && !wrong && (
          <Check checked={leave} onChange={setLeave}>
            {sweepWords.there(known)}
          </Check>
        )}
      </div>
    </form>
  );
}

function Axis({ axis, text }: { axis: SweepAxis; text: string }) {
  const id = useId();
  const read = readSweep(axis, text);
  return (
    <div className={controls.field}>
      <label htmlFor={id}>{sweepWords.labels[axis]}</label>
      <input
        id={id}
        className={`${controls.input} ${controls.code}`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        aria-invalid={!read.ok}
        aria-describedby={`${id}-hint`}
        onChange={(event) => changeSettings({ [sweepSettings[axis]]: event.target.value })}
      />
      <span id={`${id}-hint`} className={read.ok ? controls.hint : `${controls.hint} ${controls.error}`}>
        {read.ok ? sweepWords.hints[axis] : read.error}
      </span>
    </div>
  );
}
