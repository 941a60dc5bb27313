import { useRef } from 'react';
import type { DeviceReport } from '../../train/protocol';
import { Button } from '../kit/controls/Button';
import { follow } from '../kit/controls/follow';
import { Sign } from '../kit/controls/Sign';
import { useLightDismiss } from '../kit/controls/useLightDismiss';
import { deviceName, isByAddress, isProcessor, makersName } from '../core/worker/deviceName';
import { formatCount, partsOf } from '../../language/format';
import { Nav, onTop } from './Nav';
import { DeviceChoice } from './DeviceChoice';
import { DeviceTest } from './DeviceTest';
import { cycleTheme } from '../core/runs/actions';
import { useCatalog } from '../core/data/catalog';
import { showProject } from '../core/storage/project';
import { useSettings } from '../core/settings/settings';
import { showShare } from '../core/settings/share';
import { canPresent, go, present, useIsShown, useShown } from '../core/storage/shown';
import css from './App.module.css';
import { appWords } from './words/app';
import { headerWords } from './words/header';
import { projectWords } from '../core/words/project';
import { shareWords } from '../core/words/share';
import { viewWords } from '../core/words/views';
import { deviceWords } from '../core/words/device';
import { tableWords } from '../core/words/table';

/** Name, views, presenting, device, project, sharing, theme and keys. Where there is no room for all, the rest is in a menu. */
export function Header({ onKeys }: { onKeys: () => void }) {
  return (
    <header className={css.top}>
      <a
        className={css.brand}
        href="./"
        aria-label={appWords.name}
        onClick={follow(() => go('start'))}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M.5.5h19v19H.5z" fill="none" stroke="currentColor" />
          <path d="M2 2h4v4H2zM6 6h4v4H6zM10 10h4v4h-4zM14 14h4v4h-4z" fill="currentColor" />
        </svg>
        <span className={css.brandName}>{appWords.name}</span>
      </a>
      <Nav />
      <div className={css.right}>
        <span className={css.tools}>
          <Present id="present" />
        </span>
        <Device />
        <span className={css.tools}>
          <Tools onKeys={onKeys} />
        </span>
        <Menu onKeys={onKeys} />
      </div>
    </header>
  );
}

/** Only some views have it. It keeps its room at the edge, so that nothing moves from view to view and nothing is missing between others. */
function Present({ id }: { id?: string }) {
  const presentable = useShown(canPresent);
  return (
    <span className={presentable ? undefined : css.absent}>
      <Button id={id} kind="quiet" small onClick={present}>
        {headerWords.present}
      </Button>
    </span>
  );
}

function Tools({ onKeys }: { onKeys: () => void }) {
  const theme = useSettings((settings) => settings.theme);
  const projectShown = useIsShown('project');
  return (
    <>
      {projectShown && (
        <Button kind="quiet" small onClick={showProject}>
          {projectWords.button}
        </Button>
      )}
      <Button kind="quiet" small onClick={showShare}>
        {shareWords.button}
      </Button>
      <Button kind="quiet" small onClick={cycleTheme}>
        {headerWords.theme} {headerWords.themes[theme]}
      </Button>
      <span className={css.keysButton}>
        <Button kind="quiet" small onClick={onKeys} label={headerWords.keysLabel}>
          {headerWords.keys} <kbd>?</kbd>
        </Button>
      </span>
    </>
  );
}

/** Everything that the header has no room for. */
function Menu({ onKeys }: { onKeys: () => void }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const view = useShown((shown) => shown.view);
  const close = () => menu.current?.removeAttribute('open');
  return (
    <details
      ref={menu}
      className={css.menu}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || close()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !menu.current?.open) return;
        event.stopPropagation();
        close();
        menu.current.querySelector('summary')?.focus();
      }}
    >
      <summary>
        <span className={css.word}>{headerWords.menu}</span>
        {/* Where the view is none of those beside it, the menu says which it is. */}
        {!onTop(view) && (
          <span className={css.here} aria-current="page">
            {viewWords[view]}
          </span>
        )}
      </summary>
      <div className={css.menuBody} onClick={(event) => (event.target as Element).closest('button') && close()}>
        <Nav menu onGo={close} />
        <Present />
        <Tools onKeys={onKeys} />
      </div>
    </details>
  );
}

/** Report of a GPU adapter about itself, as names and values; limits go by their names in WebGPU. */
function reportOf(device: DeviceReport): [string, string | number][] {
  const { vendor, architecture, software, features, limits } = device;
  const { report, isSoftware, noFeatures } = headerWords;
  return [
    [report.vendor, vendor || '–'],
    [report.architecture, architecture || '–'],
    [report.description, makersName(device) || '–'],
    [report.software, isSoftware[software ? 'yes' : 'no']],
    [report.features, partsOf(features) || noFeatures],
    ...Object.entries(limits),
  ];
}

/** Meaning of the sign beside the device's name; empty if all is well. */
function signText(device: DeviceReport): string {
  const { means } = headerWords;
  if (!device.ok) return device.problem === '' ? device.message : deviceWords.problems[device.problem].happened;
  if (!device.software) return '';
  return isByAddress(device) ? deviceWords.byAddress : isProcessor(device) ? means.processor : means.software(makersName(device));
}

/** The adapter that trains, and everything it says of itself on demand. */
function Device() {
  const device = useCatalog((catalog) => catalog.device);
  const panel = useRef<HTMLDetailsElement>(null);
  const onToggle = useLightDismiss(panel);
  if (!device) return null;
  const name = device.ok ? deviceName(device) || headerWords.unnamed : headerWords.none;
  return (
    <details ref={panel} className={css.gpu} onToggle={onToggle}>
      <summary title={name}>
        <Sign name={!device.ok ? 'err' : device.software ? 'warn' : 'ok'} />
        <span>{name}</span>
      </summary>
      <div className={css.report}>
        <p>{signText(device)}</p>
        {device.ok && <DeviceChoice />}
        {device.ok && <DeviceTest />}
        <details>
          <summary>{tableWords.details.developer}</summary>
          <dl>
            {reportOf(device).map(([key, value]) => (
              <div key={key}>
                {/* Names of limits may break between their words. */}
                <dt>{key.replace(/(?=[A-Z])/g, '\u200b')}</dt>
                <dd className={typeof value === 'number' ? css.figure : undefined}>{typeof value === 'number' ? formatCount(value) : value}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
    </details>
  );
}
