import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, ButtonRow } from '../controls/Button';
import { Check } from '../controls/Check';
import { DropArea, FolderPicker } from '../controls/FolderPicker';
import { Sheet } from '../controls/Sheet';
import { Note } from '../controls/Sign';
import { formatDate, formatSize } from '../../language/format';
import { countEdits } from '../../data/edits.meta';
import { defined } from '../../numbers/defined';
import { useEdits } from '../store/edits';
import type { FolderFiles } from '../store/files';
import { readCache } from '../store/hub';
import { projectPointer } from '../store/current';
import { readKept, useKept } from '../store/keptImports';
import { askNew, cancelProject, hideProject, importBytes, newProject, openExample, openProject, pushProject, saveProject, showProjectPush, useProject, type Amount } from '../store/project';
import { bringBack, giveUp } from '../store/switchProject';
import { useKeptRuns } from '../store/view';
import { t } from '../strings';
import { amountOf } from '../words/project';
import { CachedModels } from './CachedModels';
import { HubTargetForm, PushedNote } from './HubTargetForm';
import hub from './hub.module.css';
import css from './ProjectSheet.module.css';

/** Saving, opening and beginning projects, and what the browser keeps of this one. */
export function ProjectSheet() {
  const shown = useProject((state) => state.shown);
  return (
    <Sheet open={shown} title={t.project.title} onClose={hideProject}>
      <Body />
    </Sheet>
  );
}

function Body() {
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

/** What the present project holds. */
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
        <p>{t.project.holds(amountOf(amount))}</p>
        {items.length > 0 && (
          <Check checked={withFiles} onChange={(on) => useProject.setState({ withFiles: on })}>
            {t.project.withFiles(formatSize(importBytes()), amount.models === 0 ? 'data' : amount.data === 0 ? 'models' : 'both')}
          </Check>
        )}
        <ButtonRow>
          <Button kind="primary" onClick={() => void saveProject()}>
            {t.project.save}
          </Button>
          <Button expanded={pushes} onClick={() => showProjectPush(!pushes)}>
            {t.push.open}
          </Button>
        </ButtonRow>
        {pushes && <Push />}
        <p>
          {t.project.saveHint} {recordBytes === null ? t.project.measuring : bytes > 0 ? t.project.size(formatSize(bytes)) : t.project.sizeEmpty}
        </p>
      </section>
      <section>
        <ButtonRow>
          <FolderPicker label={t.project.choose} accept=".fullrank,.zip" onFolder={onOpen}>
            {t.project.open}
          </FolderPicker>
          <Button onClick={() => void openExample()}>{t.project.example}</Button>
          <Button onClick={() => askNew(true)}>{t.project.new}</Button>
        </ButtonRow>
        <p>{t.project.openHint} {t.project.exampleHint}</p>
      </section>
      <Before />
      <CachedModels />
    </>
  );
}

function Push() {
  const repository = useProject((state) => state.repository);
  return (
    <HubTargetForm repository={repository} along={t.project.pushAlong} working={false} onPush={(to, hidden) => void pushProject(to, hidden)}>
      <Button kind="quiet" small onClick={() => showProjectPush(false)}>
        {t.hub.close}
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
      <p>{t.project.before}</p>
      <ButtonRow>
        <Button onClick={bringBack}>{t.project.bringBack}</Button>
        <Button kind="quiet" onClick={() => (giveUp(), setThere(false))}>
          {t.project.giveUp}
        </Button>
      </ButtonRow>
    </section>
  );
}

function Job() {
  const job = useProject((state) => state.job)!;
  const titles = { save: t.project.saving, push: t.project.pushing, read: t.project.reading(job.name) };
  const title = titles[job.what];
  return (
    <div className={hub.progress}>
      <p role="status">{title}</p>
      <Button small onClick={cancelProject}>
        {t.project.cancel}
      </Button>
      <progress aria-label={title} {...(job.total > 0 ? { value: job.done, max: job.total } : {})} />
      <p className={hub.amounts}>
        <span>{(job.what !== 'push' || job.total > 0) && t.project.progress(formatSize(job.done), formatSize(job.total))}</span>
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
    <Ask yes={t.project.accept} no={t.project.decline} onYes={() => decide(true)} onNo={() => decide(false)}>
      <p>{t.project.found(file, date, amountOf({ runs, data: count('data'), models: count('model'), edits }))}</p>
      {staged.refusal && <Note sign="warn">{t.project.refused(staged.refusal)}</Note>}
      <p>{amount.runs + amount.waiting + amount.data + amount.models + amount.edits === 0 ? t.project.replacesEmpty : t.project.replaces(amountOf(amount))}</p>
    </Ask>
  );
}

function AskNew() {
  const amount = useAmount();
  return (
    <Ask danger yes={t.project.newYes} no={t.project.newNo} onYes={newProject} onNo={() => askNew(false)} more={<Button onClick={() => void saveProject()}>{t.project.saveFirst}</Button>}>
      <p>{t.project.newAsk(amountOf(amount))}</p>
    </Ask>
  );
}

/** A question with the focus on it. */
function Ask({ children, danger = false, yes, no, onYes, onNo, more }: { children: ReactNode; /** The deed clears something. */ danger?: boolean; yes: string; no: string; onYes: () => void; onNo: () => void; more?: ReactNode }) {
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
