import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { DropArea, FolderPicker } from '../kit/controls/FolderPicker';
import { Note } from '../kit/controls/Sign';
import { formatDate, formatSize } from '../../language/format';
import { countEdits } from '../../data/edits.meta';
import { defined } from '../../numbers/defined';
import { useEdits } from '../core/data/edits';
import type { FolderFiles } from '../kit/files';
import { readCache } from '../core/data/hub';
import { projectPointer } from '../core/storage/current';
import { readKept, useKept } from '../core/data/keptImports';
import { askNew, cancelProject, importBytes, newProject, openBundled, openProject, pushProject, saveProject, showProjectPush, useProject, type Amount } from '../core/storage/project';
import { bringBack, giveUp } from '../core/storage/switchProject';
import { amountOf, projectWords } from '../core/words/project';
import { CachedModels } from '../core/parts/CachedModels';
import { HubTargetForm, PushedNote } from './HubTargetForm';
import hub from '../core/parts/hub.module.css';
import css from './ProjectSheet.module.css';
import { pushWords } from './words/push';
import { hubWords } from '../core/words/hub';
import { useKeptRuns } from '../core/runs/runs';

/** Saving, opening and beginning projects, and what the browser keeps of this one. */
export default function ProjectBody() {
  const { job, found, asking, pushed, error, notice } = useProject();
  // Fills the list of what is kept, with the quota.
  useEffect(() => {
    void readCache();
    void readKept();
  }, []);
  const open = ({ files }: FolderFiles) => void openProject(defined(files[0]).file);
  return (
    <DropArea onFolder={open}>
      <div className={css.body}>
        <div className={css.status} role="status">
          {error && <Note sign="err">{error}</Note>}
          {notice && <Note sign="ok">{notice}</Note>}
          {pushed && <PushedNote pushed={pushed} />}
        </div>
        {job ? <Job /> : found ? <Found /> : asking ? <AskNew /> : <Choice onOpen={open} />}
      </div>
    </DropArea>
  );
}

/** Amount of what the present project holds. */
function useAmount(): Amount {
  const kept = useKeptRuns();
  const waiting = kept.filter(({ state }) => state === 'waiting').length;
  const items = useKept((state) => state.items);
  const edits = useEdits((state) => Object.values(state.byData).reduce((sum, one) => sum + countEdits(one), 0));
  return { runs: kept.length - waiting, waiting, data: items.filter((item) => item.kind === 'data').length, models: items.filter((item) => item.kind === 'model').length, edits };
}

function Choice({ onOpen }: { onOpen: (folder: FolderFiles) => void }) {
  const { withFiles, recordBytes, hub: pushes } = useProject();
  const items = useKept((state) => state.items);
  const amount = useAmount();
  const bytes = (recordBytes ?? 0) + (withFiles ? importBytes() : 0);
  return (
    <>
      <section>
        <p>{projectWords.holds(amountOf(amount))}</p>
        {items.length > 0 && (
          <Check checked={withFiles} onChange={(on) => useProject.setState({ withFiles: on })}>
            {projectWords.withFiles(formatSize(importBytes()), amount.models === 0 ? 'data' : amount.data === 0 ? 'models' : 'both')}
          </Check>
        )}
        <ButtonRow>
          <Button kind="primary" onClick={() => void saveProject()}>
            {projectWords.save}
          </Button>
          <Button expanded={pushes} onClick={() => showProjectPush(!pushes)}>
            {pushWords.open}
          </Button>
        </ButtonRow>
        {pushes && <Push />}
        <p>
          {projectWords.saveHint} {recordBytes === null ? projectWords.measuring : bytes > 0 ? projectWords.size(formatSize(bytes)) : projectWords.sizeEmpty}
        </p>
      </section>
      <section>
        <ButtonRow>
          <FolderPicker label={projectWords.choose} accept=".fullrank,.zip" onFolder={onOpen}>
            {projectWords.open}
          </FolderPicker>
          <Button onClick={() => void openBundled('example')}>{projectWords.example}</Button>
          <Button onClick={() => void openBundled('benchmark')}>{projectWords.benchmark}</Button>
          <Button onClick={() => askNew(true)}>{projectWords.new}</Button>
        </ButtonRow>
        <p>{projectWords.openHint} {projectWords.exampleHint} {projectWords.benchmarkHint}</p>
      </section>
      <Before />
      <CachedModels />
    </>
  );
}

function Push() {
  const repository = useProject((state) => state.repository);
  return (
    <HubTargetForm repository={repository} along={projectWords.pushAlong} working={false} onPush={(to, hidden) => void pushProject(to, hidden)}>
      <Button kind="quiet" small onClick={() => showProjectPush(false)}>
        {hubWords.close}
      </Button>
    </HubTargetForm>
  );
}

/** The project that was open before this one, until there is another one before. */
function Before() {
  const [there, setThere] = useState(projectPointer().previous !== null);
  if (!there) return null;
  return (
    <section>
      <p>{projectWords.before}</p>
      <ButtonRow>
        <Button onClick={bringBack}>{projectWords.bringBack}</Button>
        <Button kind="quiet" onClick={() => (giveUp(), setThere(false))}>
          {projectWords.giveUp}
        </Button>
      </ButtonRow>
    </section>
  );
}

function Job() {
  const job = useProject((state) => state.job)!;
  const titles = { save: projectWords.saving, push: projectWords.pushing, read: projectWords.reading(job.name) };
  const title = titles[job.what];
  return (
    <div className={hub.progress}>
      <p role="status">{title}</p>
      <Button small onClick={cancelProject}>
        {projectWords.cancel}
      </Button>
      <progress aria-label={title} {...(job.total > 0 ? { value: job.done, max: job.total } : {})} />
      <p className={hub.amounts}>
        <span>{(job.what !== 'push' || job.total > 0) && projectWords.progress(formatSize(job.done), formatSize(job.total))}</span>
      </p>
    </div>
  );
}

function Found() {
  const { file, staged, runs, edits, decide } = useProject((state) => state.found)!;
  const amount = useAmount();
  const count = (kind: 'model' | 'data') => staged.imports.filter((one) => one.kind === kind).length;
  const date = formatDate(staged.saved);
  return (
    <Ask yes={projectWords.accept} no={projectWords.decline} onYes={() => decide(true)} onNo={() => decide(false)}>
      <p>{projectWords.found(file, date, amountOf({ runs, data: count('data'), models: count('model'), edits }))}</p>
      {staged.refusal && <Note sign="warn">{projectWords.refused(staged.refusal)}</Note>}
      <p>{amount.runs + amount.waiting + amount.data + amount.models + amount.edits === 0 ? projectWords.replacesEmpty : projectWords.replaces(amountOf(amount))}</p>
    </Ask>
  );
}

function AskNew() {
  const amount = useAmount();
  return (
    <Ask danger yes={projectWords.newYes} no={projectWords.newNo} onYes={newProject} onNo={() => askNew(false)} more={<Button onClick={() => void saveProject()}>{projectWords.saveFirst}</Button>}>
      <p>{projectWords.newAsk(amountOf(amount))}</p>
    </Ask>
  );
}

/** A question with the focus on it. */
function Ask({ children, danger = false, yes, no, onYes, onNo, more }: { children: ReactNode; /** The action clears something. */ danger?: boolean; yes: string; no: string; onYes: () => void; onNo: () => void; more?: ReactNode }) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  return (
    <section ref={section} tabIndex={-1}>
      {children}
      <ButtonRow>
        <Button kind={danger ? 'danger' : 'primary'} onClick={onYes}>
          {yes}
        </Button>
        {more}
        <Button onClick={onNo}>{no}</Button>
      </ButtonRow>
    </section>
  );
}
