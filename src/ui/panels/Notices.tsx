import { useRef } from 'react';
import { defined } from '../../numbers/defined';
import { Button } from '../controls/Button';
import { FolderPicker } from '../controls/FolderPicker';
import { InSight } from '../controls/InSight';
import { FailureCard, Notice } from '../controls/Notice';
import { useCatalog } from '../store/catalog';
import { dismissImportError, dismissMisplaced, dismissUnopened, importFolder, place } from '../store/imports';
import { askDevice, openCatalog } from '../store/open';
import { t } from '../strings';
import { browserName } from './browser';
import { DeviceTestNotice } from './DeviceTest';
import { InterruptedRuns } from './InterruptedRuns';
import { LinkNotices } from './LinkNotices';
import { MissingHub } from './MissingHub';
import { RunFailures } from './RunFailures';
import css from './panels.module.css';

/** Everything that stands in the way or wants an answer, above the columns. */
export function Notices() {
  const box = useRef<HTMLDivElement>(null);
  return (
    <div ref={box} className={css.notices} tabIndex={-1}>
      <DeviceNotice />
      <DeviceTestNotice />
      <CatalogNotices />
      <LinkNotices />
      <MissingHub />
      <InterruptedRuns within={box} />
      <RunFailures />
    </div>
  );
}

function DeviceNotice() {
  const device = useCatalog((catalog) => catalog.device);
  if (!device || device.ok) return null;
  const details = [`problem: ${device.problem}`, device.message, `isSecureContext: ${isSecureContext}`, `navigator.gpu: ${'gpu' in navigator}`, `address: ${location.origin}`, navigator.userAgent].filter(Boolean).join('\n');
  const text = t.device.problems[device.problem || 'no-adapter'];
  const todo = device.problem === 'insecure-context' ? t.device.secure(location.host) : device.problem === 'no-webgpu' ? t.device.howTo[browserName(navigator.userAgent)] : text.todo;
  return (
    <FailureCard
      title={text.title}
      happened={device.message || text.happened}
      kept={t.device.kept}
      todo={todo}
      details={details}
      actions={<Button onClick={() => void askDevice()}>{t.device.tryAgain}</Button>}
    />
  );
}

function CatalogNotices() {
  const { failure, importError, misplaced, unopened, storage } = useCatalog();
  return (
    <>
      {misplaced && (
        <Notice
          kind="warn"
          actions={
            <>
              <Button onClick={() => place(misplaced)}>{t.imports.place[misplaced.kind]}</Button>
              <Button kind="quiet" onClick={dismissMisplaced}>
                {t.tryout.dismiss}
              </Button>
            </>
          }
        >
          {t.imports.misplaced(misplaced.folder.name || defined(misplaced.folder.files[0]).path, misplaced.kind, misplaced.as)}
        </Notice>
      )}
      {unopened && (
        <Notice
          kind="warn"
          actions={
            <Button kind="quiet" onClick={dismissUnopened}>
              {t.tryout.dismiss}
            </Button>
          }
        >
          {t.imports.unopened(unopened)}
        </Notice>
      )}
      {failure && (
        <FailureCard
          title={t.catalog.failed}
          happened={failure}
          kept={t.catalog.kept}
          actions={
            <Button kind="primary" onClick={() => void openCatalog()}>
              {t.device.tryAgain}
            </Button>
          }
        />
      )}
      {importError && (
        <InSight key={importError.message}>
        <FailureCard
          title={t.imports.failed(importError.name)}
          happened={importError.message}
          kept={t.imports.kept[importError.kind]}
          actions={
            <>
              <FolderPicker kind="primary" label={t.imports.choose[importError.kind]} onFolder={(folder) => void importFolder(importError.kind, folder)}>
                {t.imports.again}
              </FolderPicker>
              <Button onClick={dismissImportError}>{t.imports.keep}</Button>
            </>
          }
        />
        </InSight>
      )}
      {storage !== 'kept' && <Notice kind="warn">{t.storage[storage]}</Notice>}
    </>
  );
}
