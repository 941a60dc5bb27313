import { useEffect, useMemo, useRef, useState } from 'react';
import { formatPercent, formatSize } from '../../language/format';
import { noEdits } from '../../data/edits.meta';
import { defined } from '../../numbers/defined';
import type { DataInfo, Picture } from '../../train/protocol';
import { useCatalog } from '../core/data/catalog';
import { useEdits } from '../core/data/edits';
import { isLive, runById, testEvaluation, useRuns, type Run } from '../core/runs/runs';
import { presses } from '../core/settings/keys';
import { useSettings } from '../core/settings/settings';
import { studio } from '../core/worker/client';
import { Button, ButtonRow } from '../kit/controls/Button';
import { FolderPicker } from '../kit/controls/FolderPicker';
import { Note } from '../kit/controls/Sign';
import { LabelCamera } from './LabelCamera';
import { LabelCurve, LabelStudyFigure } from './LabelCurve';
import { PhaseLine } from './PhaseLine';
import { addPictures, due, label, labelsAmong, putInOrder, skip, teacherOf, trainWithLabels, undoLast, unguessed, useLabels, waiting } from './store/labels';
import css from './labels.module.css';
import { labelsWords as w } from './words/labels';

/** Id of what has the focus while pictures are labelled by keys. */
const pictureId = 'picture-to-label';

/** Name of a picture without that of what it was added in. */
const ownName = (name: string): string => name.slice(name.indexOf('/') + 1);

/** Keys of classes, in their order: S skips. */
const classKeys = '123456789abcdefghijklmnopqrtuvwxyz';

/** What is to be labelled, with what came of it. */
export default function Labelling({ data }: { data: DataInfo }) {
  const names = useLabels((state) => state.names);
  const edits = useEdits((state) => state.byData[data.id]) ?? noEdits;
  const own = useMemo(() => new Set(names), [names]);
  const current = useRuns((state) => state.current);
  const loaded = useRuns((state) => state.loaded);
  const budgeted = useCatalog((state) => state.rows.length > 0);
  // When a run has ended its weights put the rest in order; or where the sheet was open before runs and budgets were known.
  useEffect(() => {
    if (current === '') void putInOrder();
  }, [current, loaded, budgeted]);
  if (!names) return <Problems opening />;
  const labelled = labelsAmong(edits, own);
  return (
    <div className={css.sheet}>
      <div>
        {names.length === 0 ? <p>{w.empty}</p> : <One data={data} all={names.length} labelled={labelled} />}
        <Add first={names.length === 0} />
        <Problems />
      </div>
      <div>
        {names.length > 0 && <Train data={data} own={own} labelled={labelled} />}
        <LabelStudyFigure />
      </div>
    </div>
  );
}

/** What went wrong, and what to know. */
function Problems({ opening = false }: { opening?: boolean }) {
  const { error, notes, unreadable, adding } = useLabels();
  const [first] = unreadable;
  return (
    <>
      {opening && !error && <p role="status">{w.opening}</p>}
      {adding && <p role="status">{w.adding(formatSize(adding.done), formatSize(adding.total))}</p>}
      <div role="alert">{error && <Note sign="err">{error}</Note>}</div>
      {notes.map((note) => (
        <Note key={note} sign="warn">
          {note}
        </Note>
      ))}
      {first && <Note sign="warn">{w.unreadable(unreadable.length, ownName(first.name), first.reason)}</Note>}
    </>
  );
}

/** Ways to add pictures. */
function Add({ first }: { first: boolean }) {
  const [camera, setCamera] = useState(false);
  return (
    <>
      <ButtonRow>
        <FolderPicker small kind={first ? 'primary' : 'plain'} label={w.choose} accept=".jpg,.jpeg,.jfif,.png,.webp,.gif,.bmp,.avif,.zip" onFolder={({ files }) => void addPictures(files)}>
          {w.add}
        </FolderPicker>
        <FolderPicker small label={w.chooseFolder} onFolder={({ files }) => void addPictures(files)}>
          {w.addFolder}
        </FolderPicker>
        <Button small expanded={camera} onClick={() => setCamera(!camera)}>
          {w.camera}
        </Button>
      </ButtonRow>
      {camera && <LabelCamera onDone={() => setCamera(false)} />}
    </>
  );
}

/** What puts them in order. */
function Order() {
  const { ordering, order, by } = useLabels();
  if (ordering) return <p className={css.soft} role="status">{w.ordering(ordering.done, ordering.total)}</p>;
  return <p className={css.soft}>{order.length === 0 ? w.asTheyCame : by ? w.byRun(runById(by)?.name ?? '') : w.byModel}</p>;
}

/** The next picture, large, with its guess and the classes. */
function One({ data, all, labelled }: { data: DataInfo; all: number; labelled: number }) {
  const state = useLabels();
  const edits = useEdits(({ byData }) => byData[data.id]) ?? noEdits;
  const next = waiting(state, edits)[0];
  const guess = next?.top[0];
  useKeys(data, next?.name, guess?.label);
  const picture = useRef<HTMLElement>(null);
  const some = next !== undefined;
  // Otherwise Space and Enter would press what was pressed last, or Close.
  useEffect(() => {
    if (some) picture.current?.focus();
  }, [some]);
  const canUndo = state.done.length > 0;
  const keys = useSettings((settings) => settings.shortcuts);
  return (
    <>
      <p role="status">{w.left(labelled, all)}</p>
      {next ? (
        <section ref={picture} id={pictureId} className={css.one} tabIndex={-1} aria-label={w.picture(ownName(next.name))}>
          <Large key={next.name} data={data.id} name={next.name} />
          <p>{guess ? w.guess(guess.label, guess.probability) : <NoGuess data={data} />}</p>
          <ul className={css.classes} aria-label={w.classes}>
            {data.classes.map((name, i) => (
              <li key={name}>
                <Button kind={name === guess?.label ? 'primary' : 'plain'} onClick={() => void label(next.name, name)}>
                  {keys && classKeys[i] && <kbd>{classKeys[i].toUpperCase()}</kbd>} {name}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <p>{w.all}</p>
      )}
      <ButtonRow>
        {guess && next && (
          <Button small label={w.acceptOf(guess.label)} onClick={() => void label(next.name, guess.label)}>
            {w.accept}
          </Button>
        )}
        {next && (
          <Button small onClick={() => skip(next.name)}>
            {w.skip}
          </Button>
        )}
        {canUndo && (
          <Button small onClick={() => void undoLast()}>
            {w.undo}
          </Button>
        )}
      </ButtonRow>
      <Order />
      {keys && <p className={css.keys}>{w.keys}</p>}
    </>
  );
}

/** Why nobody says what the picture shows, by the runs that there are. */
function NoGuess({ data }: { data: DataInfo }) {
  const runs = useRuns((state) => state.runs);
  const model = useSettings((settings) => settings.model);
  const asked = useLabels(({ ordering }) => ordering !== null);
  const found = unguessed(runs, data, model, asked);
  if (!found) return w.noGuess;
  const test = testEvaluation(found.run);
  return w.unguessed[found.why](w.run(found.run.name, test ? formatPercent(test.accuracy) : ''));
}

/** Keys of the sheet: wherever its focus is, but in a field. */
function useKeys({ classes }: DataInfo, name: string | undefined, guess: string | undefined): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as Element;
      const chord = event.ctrlKey || event.metaKey || event.altKey;
      if (event.defaultPrevented) return;
      // What was done last is a label, not what the page did before it.
      if (chord && event.key.toLowerCase() === 'z' && !event.shiftKey && useLabels.getState().done.length > 0) {
        event.preventDefault();
        return void undoLast();
      }
      if (chord || !useSettings.getState().shortcuts || target.matches('input, textarea, select, [role=group]')) return;
      const act = actionOf(event.key, target.matches(presses));
      if (!act) return;
      event.preventDefault();
      if (!event.repeat) act();
    };
    const actionOf = (key: string, onButton: boolean): (() => void) | undefined => {
      const place = key.length === 1 ? classKeys.indexOf(key.toLowerCase()) : -1;
      if (key === 'Backspace') return () => void undoLast();
      if (name === undefined) return undefined;
      if (key.toLowerCase() === 's') return () => skip(name);
      if (key === ' ' || key === 'Enter') return guess !== undefined && !onButton ? () => void label(name, guess) : undefined;
      return place >= 0 && place < classes.length ? () => void label(name, defined(classes[place])) : undefined;
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [classes, name, guess]);
}

/** A picture as large as there is room. */
function Large({ data, name }: { data: string; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [picture, setPicture] = useState<Picture | null | undefined>(undefined);
  useEffect(() => {
    let current = true;
    studio()
      .poolPicture(data, name)
      .then((found) => current && setPicture(found), () => current && setPicture(null));
    return () => void (current = false);
  }, [data, name]);
  useEffect(() => {
    if (picture) canvas.current?.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(picture.rgba), picture.width, picture.height), 0, 0);
  }, [picture]);
  if (picture === null) return <Note sign="warn">{w.gone}</Note>;
  return <canvas ref={canvas} className={css.large} width={picture?.width ?? 1} height={picture?.height ?? 1} role="img" aria-label={w.picture(ownName(name))} data-ready={picture !== undefined || undefined} />;
}

/** Training with the labels so far, and what each brought. */
function Train({ data, own, labelled }: { data: DataInfo; own: ReadonlySet<string>; labelled: number }) {
  const runs = useRuns((state) => state.runs);
  const model = useSettings((settings) => settings.model);
  const teacher = teacherOf(runs, data, model);
  const current = useRuns((state) => state.current);
  // One that waits while nothing goes on is held.
  const now = runs.find((run): run is Run => !run.deleted && run.spec.data === data.id && (isLive(run) || (run.state === 'waiting' && current !== '')));
  const fresh = Math.max(0, labelled - labelsAmong(teacher?.spec.edits, own));
  const last = runs.findLast((run) => !run.deleted && run.spec.data === data.id);
  return (
    <section className={css.train} aria-label={w.train}>
      {now ? (
        <>
          <p role="status">{w.training}</p>
          <PhaseLine run={now} />
        </>
      ) : (
        <>
          <ButtonRow>
            <Button kind={fresh >= due || !teacher ? 'primary' : 'plain'} disabled={fresh === 0 && teacher !== undefined} onClick={() => (trainWithLabels(), document.getElementById(pictureId)?.focus())}>
              {w.train}
            </Button>
          </ButtonRow>
          <p className={css.soft}>
            {teacher ? w.newLabels(fresh) : w.labels(fresh)} {teacher ? w.goesOn(teacher.name) : w.anew}
          </p>
          {last?.state === 'failed' && last.error && <Note sign="err">{last.error.message}</Note>}
        </>
      )}
      <LabelCurve runs={runs} teacher={teacher} own={own} />
    </section>
  );
}
