import { Activity, useCallback, useDeferredValue, useEffect, useState } from 'react';
import { Header } from './Header';
import { KeySheet } from './KeySheet';
import { Boundary, part } from '../kit/controls/Part';
import { Toasts } from '../core/parts/Toasts';
import { useDropAnywhere } from '../kit/controls/useDropAnywhere';
import { ExperimentSheet } from '../compare/ExperimentSheet';
import { ExportSheet } from '../project/ExportSheet';
import { MediumBar } from '../core/parts/MediumSwitch';
import { Notices } from './Notices';
import { PrintSheet } from '../core/figures/PrintSheet';
import { ProjectSheet } from '../project/ProjectSheet';
import { RunBar } from '../train/RunBar';
import { RunsExportSheet } from '../compare/RunsExportSheet';
import { ShareSheet } from './ShareSheet';
import { startTraining, useBlocked } from '../core/parts/Start';
import { useShortcuts } from './shortcuts';
import { ClassStartSheet } from '../class/ClassStartSheet';
import { isMember, useClassmate } from '../class/store/classmate';
import type { FolderFiles } from '../kit/files';
import { importAnything } from '../core/data/imports';
import { useMedium } from '../core/data/medium';
import { useQueueEnd } from '../core/runs/queueEnd';
import { useSettings } from '../core/settings/settings';
import { isLinked, useShown, viewNames, type ViewName } from '../core/storage/shown';
import { useScrollPlaces } from './useScrollPlaces';
import { views } from './views';
import layout from './views.module.css';
import css from './App.module.css';
import { appWords } from './words/app';
import { queueWords } from '../core/words/queue';
import { viewWords } from '../core/words/views';

/** A presentation comes when it is asked for. */
const Stage = part(() => import('../lessons/Stage').then((module) => module.default));
const ClassLine = part(() => import('../class/ClassLine').then((module) => module.default));
const ClassSlide = part(() => import('../class/ClassSlide').then((module) => module.default));

const onDrop = (folder: FolderFiles) => void importAnything(folder);

const sheets = { ExportSheet, RunsExportSheet, ProjectSheet, ShareSheet, ClassStartSheet, ExperimentSheet, PrintSheet };

/** The page: what stays in every view, and the view that is in sight. */
export function App() {
  const [keys, setKeys] = useState(false);
  const theme = useSettings((settings) => settings.theme);
  const view = useShown((shown) => shown.view);
  const drawn = useDeferredValue(view);
  const ended = useQueueEnd((queue) => queue.ended);
  const presenting = useShown((shown) => shown.present);
  const board = useShown((shown) => (shown.board ? shown.room : ''));
  const blocked = useBlocked() !== '';
  const inClass = useClassmate(isMember);
  // What the words are about: all of them are drawn anew with it.
  useMedium();
  const showKeys = useCallback(() => setKeys(true), []);
  useDropAnywhere(onDrop);
  useShortcuts({ start: () => void startTraining(), blocked, showKeys });
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    document.title = [ended > 0 && `✓ ${queueWords.ended(ended)}`, view !== 'start' && viewWords[view], appWords.name].filter(Boolean).join(' · ');
  }, [view, ended]);
  return (
    <>
      {!presenting && (
        <>
          <a className={css.skip} href="#main">
            {appWords.skip}
          </a>
          <Boundary>
            <Header onKeys={showKeys} />
          </Boundary>
        </>
      )}
      <main id="main" className={css.main} tabIndex={-1}>
        {!presenting && (
          <Boundary>
            <RunBar />
          </Boundary>
        )}
        {presenting && <Stage opening={view === 'compare' && board !== '' && !inClass ? <ClassSlide code={board} /> : undefined} />}
        <Views view={isLinked(view) ? drawn : view} hidden={presenting} />
      </main>
      <footer className={css.foot} hidden={presenting}>
        <span>{appWords.footer.licence}</span>
        {/* In a tab of its own: a training goes on in this one. */}
        <a href="./docs/index.html" target="_blank" rel="noopener">
          {appWords.footer.docs}
        </a>
        <span>{inClass ? appWords.footer.inClass : appWords.footer.local}</span>
      </footer>
      {Object.entries(sheets).map(([name, Sheet]) => (
        <Boundary key={name}>
          <Sheet />
        </Boundary>
      ))}
      <KeySheet open={keys} onClose={() => setKeys(false)} />
      {/* What is said meanwhile waits until the presentation has ended. */}
      {!presenting && <Toasts />}
    </>
  );
}

/** The view in sight; those that were there before stay behind it, with what was typed, opened and scrolled to. */
function Views({ view, hidden }: { view: ViewName; hidden: boolean }) {
  const [been, setBeen] = useState<readonly ViewName[]>([view]);
  if (!been.includes(view)) setBeen([...been, view]);
  const inClass = useClassmate(isMember);
  useScrollPlaces(view, hidden);
  return (
    <div hidden={hidden}>
      <div className={layout.notices}>
        <Boundary>
          <Notices />
        </Boundary>
        {inClass && view !== 'compare' && !hidden && <ClassLine />}
        <MediumBar />
      </div>
      {viewNames
        .filter((name) => been.includes(name))
        .map((name) => {
          const View = views[name];
          return (
            <Activity key={name} mode={name === view && !hidden ? 'visible' : 'hidden'}>
              <div className={layout.view} data-view={name}>
                {name !== 'start' && name !== 'lessons' && <h1 className="sr">{viewWords[name]}</h1>}
                <Boundary>
                  <View />
                </Boundary>
              </div>
            </Activity>
          );
        })}
    </div>
  );
}
