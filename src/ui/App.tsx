import { useCallback, useEffect, useState } from 'react';
import { Header } from './Header';
import { KeySheet } from './controls/KeySheet';
import { Boundary, part } from './controls/Part';
import { Toasts } from './controls/Toasts';
import { panels, type Place } from './panels';
import { ExportSheet } from './panels/ExportSheet';
import { RunsExportSheet } from './panels/RunsExportSheet';
import { LessonsSheet } from './panels/LessonsSheet';
import { ProjectSheet } from './panels/ProjectSheet';
import { ShareSheet } from './panels/ShareSheet';
import { startTraining, useBlocked } from './panels/Start';
import { useShortcuts } from './shortcuts';
import { useSettings } from './store/settings';
import { isStaged, useShown } from './store/shown';
import { t } from './strings';
import css from './App.module.css';

/** Presentation and lessons come when they are asked for. */
const Stage = part(() => import('./lessons/Stage').then((module) => module.default));

const sheets = { ExportSheet, RunsExportSheet, ProjectSheet, ShareSheet, LessonsSheet };

/** The page: Data, Model & methods, Compare from left to right, results below. */
export function App() {
  const [keys, setKeys] = useState(false);
  const theme = useSettings((settings) => settings.theme);
  const staged = useShown(isStaged);
  const blocked = useBlocked() !== '';
  const showKeys = useCallback(() => setKeys(true), []);
  useShortcuts({ start: startTraining, blocked, showKeys });
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <>
      <a className={css.skip} href="#main">
        {t.skip}
      </a>
      <Boundary>
        <Header onKeys={showKeys} />
      </Boundary>
      <main id="main" tabIndex={-1}>
        <In place="bar" />
        {staged && <Stage />}
        {/* It stays behind: what was typed or opened is there again. */}
        <div className={css.page} hidden={staged}>
          <In place="top" />
          <div className={css.flow}>
            <div className={css.col}>
              <In place="data" />
            </div>
            <div className={css.col}>
              <In place="model" />
            </div>
            <div className={`${css.col} ${css.compare}`}>
              <In place="compare" />
            </div>
          </div>
          <div className={css.below}>
            <In place="below" />
          </div>
        </div>
      </main>
      <footer className={css.foot} hidden={staged}>
        <span>{t.footer.licence}</span>
        <span>{t.footer.local}</span>
      </footer>
      {Object.entries(sheets).map(([name, Sheet]) => (
        <Boundary key={name}>
          <Sheet />
        </Boundary>
      ))}
      <KeySheet open={keys} onClose={() => setKeys(false)} />
      <Toasts />
    </>
  );
}

/** The panels of one place, in the order of the register, without those that a prepared view leaves out. */
function In({ place }: { place: Place }) {
  const hide = useShown((shown) => shown.hide);
  return panels.filter((entry) => entry.place === place && !hide.includes(entry.name)).map(({ name, Panel }) => (
    <Boundary key={name}>
      <Panel />
    </Boundary>
  ));
}
