import { Button } from './controls/Button';
import { Sign } from './controls/Sign';
import { cycleTheme } from './store/actions';
import { useCatalog } from './store/catalog';
import { DeviceTest } from './panels/DeviceTest';
import { lessonsButton, showLessons } from './panels/LessonsSheet';
import { showProject } from './store/project';
import { useSettings } from './store/settings';
import { showShare } from './store/share';
import { useIsShown } from './store/shown';
import { t } from './strings';
import css from './App.module.css';

/** Name, device, project, theme and keys. */
export function Header({ onKeys }: { onKeys: () => void }) {
  const theme = useSettings((settings) => settings.theme);
  const projectShown = useIsShown('project');
  const lessonsShown = useIsShown('lessons');
  return (
    <header className={css.top}>
      <a className={css.brand} href="./">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M.5.5h19v19H.5z" fill="none" stroke="currentColor" />
          <path d="M2 2h4v4H2zM6 6h4v4H6zM10 10h4v4h-4zM14 14h4v4h-4z" fill="currentColor" />
        </svg>
        {t.name}
      </a>
      <div className={css.right}>
        <Device />
        {lessonsShown && (
          <Button id={lessonsButton} kind="quiet" small onClick={showLessons}>
            {t.lessons}
          </Button>
        )}
        {projectShown && (
          <Button kind="quiet" small onClick={showProject}>
            {t.project.button}
          </Button>
        )}
        <Button kind="quiet" small onClick={showShare}>
          {t.share.button}
        </Button>
        <Button kind="quiet" small onClick={cycleTheme}>
          <span className={css.themeWord}>{t.header.theme}</span> <span>{t.header.themes[theme]}</span>
        </Button>
        <span className={css.keysButton}>
          <Button kind="quiet" small onClick={onKeys} label={t.header.keysLabel}>
            {t.header.keys} <kbd>?</kbd>
          </Button>
        </span>
      </div>
    </header>
  );
}

/** The adapter that trains, and everything it says of itself on demand. */
function Device() {
  const device = useCatalog((catalog) => catalog.device);
  if (!device) return null;
  const name = device.ok ? device.description || [device.vendor, device.architecture].filter(Boolean).join(' ') || t.header.unnamed : t.header.none;
  return (
    <details className={css.gpu}>
      <summary>
        <Sign name={!device.ok ? 'err' : device.software ? 'warn' : 'ok'} />
        <span>{name}</span>
      </summary>
      <div className={css.report}>
        <dl>
          {Object.entries({ ...t.header.report(device), ...device.limits }).map(([key, value]) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>{key}</dt>
              <dd>{typeof value === 'number' ? value.toLocaleString('en') : value}</dd>
            </div>
          ))}
        </dl>
        {device.ok && <DeviceTest />}
      </div>
    </details>
  );
}
