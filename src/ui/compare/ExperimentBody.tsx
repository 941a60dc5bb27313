import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { experiments, forms, type Experiment } from '../../records/paper.meta';
import BesidePaper from './BesidePaper';
import { Button, ButtonRow } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { formatAbout, formatCount, formatMiB } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { addSweep } from '../core/runs/actions';
import { dataById, useCatalog } from '../core/data/catalog';
import { timeOf } from '../core/runs/estimate';
import { stepsOf } from '../core/runs/runLength';
import { chosenRuns, costOf, experimentNamed, mostSteps, refreshExperiment, useExperiment, type Chosen } from './store/experiment';
import { chooseExperiment, hideExperiments, useExperimentSheet } from '../core/runs/experimentSheet';
import { cardOf, openRecording, type Opened } from '../core/analyses/recorded';
import { counts } from '../core/runs/runGroups';
import { isEnded, type Run, useKeptRuns } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { go } from '../core/storage/shown';
import { runKey } from '../core/runs/specs';
import { experimentTitle, placeOf, paperWords, quoted } from './words/paper';
import css from './experiment.module.css';
import { startWords } from '../core/words/start';

/** The list of experiments, and the one that was chosen. */
export function ExperimentBody() {
  const name = useExperimentSheet((state) => state.name);
  const experiment = experimentNamed(name);
  const list = useRef<HTMLUListElement>(null);
  const back = () => {
    chooseExperiment('');
    // Once the list is there again, on a narrow screen.
    setTimeout(() => list.current?.querySelector<HTMLElement>(`[data-name="${CSS.escape(name)}"]`)?.focus());
  };
  return (
    <div className={experiment ? `${css.body} ${css.chosen}` : css.body}>
      <div className={css.choice}>
        <p className={css.lead}>
          {paperWords.lead} <a href="https://arxiv.org/abs/2502.00987">{paperWords.cited}</a>
        </p>
        <ul ref={list} className={css.list} aria-label={paperWords.list}>
          {Object.entries(experiments).map(([one, about]) => (
            <Item key={one} name={one} experiment={about} chosen={one === name} />
          ))}
        </ul>
      </div>
      {experiment && <Detail key={name} name={name} experiment={experiment} onBack={back} />}
    </div>
  );
}

function Item({ name, experiment, chosen }: { name: string; experiment: Experiment; chosen: boolean }) {
  const runs = useKeptRuns().filter(({ spec }) => spec.experiment === name);
  return (
    <li>
      <button type="button" data-name={name} aria-current={chosen} onClick={() => chooseExperiment(name)}>
        <span className={css.place}>{placeOf(name)}</span>
        <b>{quoted(experiment.title)}</b>
        <span>{quoted(experiment.asks)}</span>
        <span className={css.of}>{paperWords.reports(quoted(experiment.reported.of))}</span>
        {runs.length > 0 && <span className={css.of}>{paperWords.runsOf(runs.filter(counts).length, runs.length)}</span>}
      </button>
    </li>
  );
}

function Detail({ name, experiment, onBack }: { name: string; experiment: Experiment; onBack: () => void }) {
  const id = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const results = useRef<HTMLHeadingElement>(null);
  const state = useExperiment();
  const catalog = useCatalog();
  const settings = useSettings();
  const kept = useKeptRuns();
  // The list gives way on a narrow screen, and takes the focus with it.
  useEffect(() => {
    if (!document.activeElement?.checkVisibility() || document.activeElement === document.body) title.current?.focus();
  }, []);
  const chosen = useMemo(() => chosenRuns(name, state, catalog, settings)!, [name, state, catalog, settings]);
  const { model, data } = 'obstacle' in chosen.means ? { model: undefined, data: undefined } : chosen.means;
  useEffect(() => refreshExperiment(), [name, state.form, model, data]);
  const keys = useMemo(() => new Set(chosen.specs.map(runKey)), [chosen]);
  const runs = useMemo(() => kept.filter((run) => run.spec.experiment === name || keys.has(runKey(run.spec))), [kept, name, keys]);
  return (
    <section className={css.detail} aria-labelledby={id}>
      <div className={css.back}>
        <Button small onClick={onBack}>
          {paperWords.all}
        </Button>
      </div>
      <h3 ref={title} id={id} tabIndex={-1}>
        {experimentTitle(name, experiment)}
      </h3>
      <p>{quoted(experiment.asks)}</p>
      <Segmented label={paperWords.form} value={state.form} options={forms.map((value) => ({ value, text: paperWords.forms[value] }))} onChange={(form) => useExperiment.setState({ form, steps: null })} />
      {'obstacle' in chosen.means ? (
        <div role="status">
          <Note sign="warn">{chosen.means.obstacle}</Note>
        </div>
      ) : (
        <Takes chosen={chosen} runs={runs} />
      )}
      <Go chosen={chosen} runs={runs} onAdded={() => results.current?.focus()} />
      <h4 ref={results} tabIndex={-1}>
        {paperWords.results}
      </h4>
      <BesidePaper experiment={experiment} runs={runs} />
      <details className={css.open}>
        <summary>{paperWords.open}</summary>
        <ul>
          {experiment.open.map((sentence) => (
            <li key={sentence}>{quoted(sentence)}</li>
          ))}
        </ul>
      </details>
      <details className={css.open}>
        <summary>{paperWords.command}</summary>
        <code>{commandOf(name, state.form)}</code>
      </details>
    </section>
  );
}

const commandOf = (name: string, form: string): string => ['npm run -s fullrank -- compare --spec', `paper/${name}${form === 'small' ? '/small' : ''}`, '--out', `runs/${name}`].join(' ');

/** Runs among these that are trained or on their way: of the person's own, and neither failed nor stopped. */
const thereOf = (runs: readonly Run[]): Set<string> => new Set(runs.filter((run) => run.state !== 'failed' && run.state !== 'stopped' && !run.theirs).map((run) => runKey(run.spec)));

/** Cost on this device of the runs that are not there yet. */
function Takes({ chosen, runs }: { chosen: Chosen; runs: readonly Run[] }) {
  const catalog = useCatalog();
  const plans = useExperiment((state) => state.plans);
  const error = useExperiment((state) => state.error);
  const { grid, means, specs, missing, notes, asking } = chosen;
  if ('obstacle' in means) return null;
  const steps = specs.reduce((sum, spec) => sum + stepsOf(spec, dataById(catalog, spec.data)), 0);
  const batches = [...new Set(specs.map(({ train }) => train.batch * train.accumulate))];
  const cost = costOf(specs, plans);
  const variants = grid.variants?.length ?? 1;
  const planning = asking || cost.unknown > 0;
  const facts: [name: string, value: string][] = [
    [paperWords.model, means.model.title],
    [paperWords.data, means.data.title],
    [paperWords.runs, paperWords.product(specs.length, specs.length / (variants * grid.seeds.length), variants, grid.seeds.length)],
    [paperWords.steps, paperWords.stepsOf(formatCount(steps), batches.map(formatCount).join('/'))],
    [paperWords.parameters, planning ? paperWords.planning : cost.parameters[0] === cost.parameters[1] ? formatCount(cost.parameters[0]) : paperWords.range(...(cost.parameters.map(formatCount) as [string, string]))],
    [paperWords.memory, planning ? paperWords.planning : paperWords.mib(formatMiB(cost.bytes))],
  ];
  return (
    <>
      {asking ? (
        <p className={css.soft} role="status">
          {error || paperWords.asking}
        </p>
      ) : (
        <dl className={css.takes} aria-label={paperWords.takes}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>{paperWords.time}</dt>
            <dd>
              <Time specs={specs} runs={runs} />
            </dd>
          </div>
        </dl>
      )}
      {[...missing, ...cost.errors].map(({ method, why }) => (
        <Note key={method} sign="warn">
          {paperWords.missing(methodLook(method).title, why)}
        </Note>
      ))}
      {notes.map(({ method, why }) => (
        <Note key={method} sign="info">
          {paperWords.note(methodLook(method).title, why)}
        </Note>
      ))}
      {!asking && error && <Note sign="err">{error}</Note>}
    </>
  );
}

/** Time that the runs still to do take, from like ones on this device; before there are any, what recorded ones took elsewhere. */
function Time({ specs, runs }: { specs: Chosen['specs']; runs: readonly Run[] }) {
  // Times follow what is open.
  useCatalog();
  const kept = useKeptRuns();
  const [recording, setRecording] = useState<Opened | null>(null);
  useEffect(() => void openRecording('toy').then(setRecording, () => {}), []);
  const there = thereOf(runs);
  const left = specs.filter((spec) => !there.has(runKey(spec)));
  if (left.length === 0) return paperWords.none;
  const here = timeOf(left, kept);
  if (here.unknown < left.length) return here.unknown > 0 ? paperWords.herePartly(formatAbout(here.seconds), here.unknown) : paperWords.here(formatAbout(here.seconds));
  const before = recording && timeOf(left, recording.runs, recording.device);
  return paperWords.unknownTime(before?.unknown === 0 ? formatAbout(before.seconds) : '', recording ? cardOf(recording) : '');
}

/** Adds what is not there yet to the queue, and says how far it is. */
function Go({ chosen, runs, onAdded }: { chosen: Chosen; runs: readonly Run[]; onAdded: () => void }) {
  const id = useId();
  const device = useCatalog((catalog) => catalog.device);
  const steps = useExperiment((state) => state.steps);
  const [text, setText] = useState(steps === null ? '' : String(steps));
  const { grid, means, specs, asking } = chosen;
  const own = Number(grid.train.steps) || 0;
  const wrong = text.trim() !== '' && !(/^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= mostSteps);
  const there = thereOf(runs);
  const left = specs.filter((spec) => !there.has(runKey(spec)));
  const known = specs.length - left.length;
  const ended = specs.length > 0 ? new Set(runs.filter(isEnded).map((run) => runKey(run.spec))) : new Set<string>();
  const going = runs.some((run) => !isEnded(run) && run.state !== 'interrupted');
  const blocked = 'obstacle' in means || asking || wrong || !device?.ok || left.length === 0;
  return (
    <div className={css.go}>
      {own > 0 && !('obstacle' in means) && (
        <div className={`${controls.field} ${css.steps}`}>
          <label htmlFor={id}>{paperWords.perRun}</label>
          <input
            id={id}
            className={controls.input}
            inputMode="numeric"
            autoComplete="off"
            placeholder={formatCount(own)}
            value={text}
            aria-invalid={wrong}
            aria-describedby={`${id}-hint`}
            onChange={({ target: { value } }) => {
              setText(value);
              const steps = value.trim() === '' ? null : Number(value);
              if (steps === null || (Number.isInteger(steps) && steps >= 1 && steps <= mostSteps)) useExperiment.setState({ steps });
            }}
          />
          <span id={`${id}-hint`} className={wrong ? `${controls.hint} ${controls.error}` : controls.hint}>
            {wrong ? paperWords.perRunWrong(formatCount(mostSteps)) : paperWords.perRunHint(own)}
          </span>
        </div>
      )}
      <ButtonRow>
        <Button
          kind="primary"
          disabled={blocked}
          onClick={() => {
            addSweep(left);
            // The button has nothing left to do.
            onAdded();
          }}
        >
          {left.length > 0 || blocked && specs.length === 0 ? paperWords.add(left.length) : paperWords.nothing}
        </Button>
        {going && (
          <Button
            onClick={() => {
              hideExperiments();
              go('train');
            }}
          >
            {paperWords.watch}
          </Button>
        )}
      </ButtonRow>
      <div role="status" className={css.soft}>
        {device && !device.ok ? startWords.noDevice : going ? paperWords.going(specs.filter((spec) => ended.has(runKey(spec))).length, specs.length) : known > 0 ? paperWords.there(known) : ''}
      </div>
    </div>
  );
}
