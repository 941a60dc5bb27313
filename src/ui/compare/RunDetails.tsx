import { useId, useState } from 'react';
import controls from '../kit/controls/controls.module.css';
import { Button } from '../kit/controls/Button';
import { TextField } from '../kit/controls/TextField';
import { deviceName } from '../core/worker/deviceName';
import { formatCount, formatDate, formatMiB, partsOf } from '../../language/format';
import { noteRun, renameRun, repeatRun } from '../core/runs/actions';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { totalOf } from '../../figures/memory';
import { useStale } from '../core/runs/dataStamp';
import { testDevice, useSelfTest } from '../core/worker/selfTest';
import { canResume, isEnded, useRuns, type Run } from '../core/runs/runs';
import { besideName } from '../core/runs/specs';
import { resumeRun } from '../core/runs/trainer';
import { RateTable } from '../core/parts/RateTable';
import css from '../core/parts/runs.module.css';
import { tableWords } from '../core/words/table';
import { selfTestWords } from '../core/words/selfTest';
import { runsWords } from '../core/words/runs';

/** One run: its name, a note, where and with what it was trained, and running it once more. */
export function RunDetails({ run }: { run: Run }) {
  const id = useId();
  const stale = useStale()(run);
  const catalog = useCatalog();
  const testing = useSelfTest((state) => state.running);
  const there = modelById(catalog, run.spec.model) !== undefined && dataById(catalog, run.spec.data) !== undefined;
  const busy = useRuns((state) => state.current !== '');
  const { summary, selfTest, theirs } = run;
  const words = tableWords.details;
  const mine = summary && summary.device.description === catalog.device?.description && !theirs;
  const facts: [string, React.ReactNode][] = [
    [words.state, run.state === 'stopped' ? words.stopped(run.checkpointStep) : ''],
    [words.when, run.started > 0 ? formatDate(run.started) : ''],
    [words.from, theirs ? partsOf([theirs.by, theirs.file]) : ''],
    [words.device, summary ? deviceName(summary.device) : ''],
    [
      words.selfTest,
      selfTest ? (
        selfTest.ok ? words.passed(selfTest.checks) : words.wrong(selfTest.problems.join('; '))
      ) : summary ? (
        <>
          {words.untested}{' '}
          {mine && (
            <Button kind="link" disabled={testing} onClick={() => void testDevice()}>
              {selfTestWords.button}
            </Button>
          )}
        </>
      ) : (
        ''
      ),
    ],
    [words.memory, run.plan && run.allocated ? words.bytes(formatMiB(totalOf(run.plan.bytes)), formatMiB(totalOf(run.allocated))) : ''],
    [words.early, earlyText(run)],
    [words.data, partsOf([run.dataTitle, !dataById(catalog, run.spec.data) ? words.dataGone : stale ? words.dataThen : words.dataNow])],
  ];
  return (
    <section className={css.details} aria-labelledby={id}>
      <header>
        <h3 id={id}>{words.title(run.name)}</h3>
        <span>{besideName(run)}</span>
        {isEnded(run) && (
          <span className={css.repeat}>
            {canResume(run) && (
              <Button small disabled={busy} onClick={() => void resumeRun(run.id)}>
                {runsWords.resume}
                <span className="sr"> {run.name}</span>
              </Button>
            )}
            {/* With the same data it is what "Run again" does. */}
            {stale && (
              <Button small disabled={!there} title={tableWords.exactlyHint} onClick={() => repeatRun(run)}>
                {tableWords.exactly}
                <span className="sr"> {run.name}</span>
              </Button>
            )}
          </span>
        )}
      </header>
      <div className={css.detailBody}>
        <div className={css.detailFields}>
          <Name key={run.id} run={run} />
          <Notes run={run} />
        </div>
        <dl>
          {facts.map(([name, value]) => value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {run.rates && <RateTable search={run.rates} />}
        {summary?.variants && (
          <details>
            <summary>{words.developer}</summary>
            <p>
              {words.weights(summary.variants.weights)}, {words.quads[summary.variants.quads ? 'yes' : 'no']}
            </p>
          </details>
        )}
      </div>
    </section>
  );
}

/** Says what early stopping did in a run that had it. */
function earlyText({ spec, state, summary, lastStep }: Run): string {
  const words = tableWords.details;
  const early = summary?.early_stopping;
  if (!early) return '';
  const end = early.stopped ? words.earlyStopped(formatCount(lastStep), formatCount(summary.plan.steps), early.evaluations, formatCount(summary.best?.step ?? lastStep)) : state === 'stopped' ? '' : words.earlyNot;
  return [words.earlySeen(early.eval_every, spec.train.early_stopping_patience), early.held > 0 && words.earlyHeld(formatCount(early.held)), end].filter(Boolean).join(' ');
}

/** The run's name; one that no file can have, or another run has, is refused with why. */
function Name({ run }: { run: Run }) {
  const [refused, setRefused] = useState<ReturnType<typeof renameRun>>('');
  const { name, nameRefused } = tableWords.details;
  return <TextField label={name} value={run.name} error={refused && nameRefused[refused]} onCommit={(typed) => setRefused(renameRun(run.id, typed))} />;
}

function Notes({ run }: { run: Run }) {
  const id = useId();
  /** Text being typed; null while nothing is typed, so that notes from another tab are shown, and not written over. */
  const [typed, setTyped] = useState<string | null>(null);
  const keep = () => {
    if (typed !== null && typed !== (run.notes ?? '')) noteRun(run.id, typed);
    setTyped(null);
  };
  return (
    <div className={controls.field}>
      <label htmlFor={id}>{tableWords.details.notes}</label>
      <textarea id={id} className={`${controls.input} ${css.notes}`} rows={3} maxLength={5000} value={typed ?? run.notes ?? ''} aria-describedby={`${id}-hint`} onChange={(event) => setTyped(event.target.value)} onBlur={keep} />
      <span id={`${id}-hint`} className={controls.hint}>
        {tableWords.details.notesHint}
      </span>
    </div>
  );
}
