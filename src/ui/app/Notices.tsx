import { useRef } from 'react';
import { defined } from '../../numbers/defined';
import { Button } from '../kit/controls/Button';
import { FolderPicker } from '../kit/controls/FolderPicker';
import { InSight } from '../kit/controls/InSight';
import { FailureCard, Notice } from '../kit/controls/Notice';
import { useCatalog } from '../core/data/catalog';
import { dismissImportError, dismissMisplaced, dismissUnopened, importFolder, place } from '../core/data/imports';
import { askDevice, openCatalog } from '../core/data/open';
import { browserName } from '../core/parts/browser';
import { DeviceTestNotice } from './DeviceTest';
import { InterruptedRuns } from '../train/InterruptedRuns';
import { LinkNotices } from './LinkNotices';
import { MissingHub } from '../project/MissingHub';
import { RunFailures } from '../core/parts/RunFailures';
import css from '../core/parts/panels.module.css';
import { deviceWords } from '../core/words/device';
import { importsWords } from '../core/words/imports';
import { tryoutWords } from '../core/words/tryout';
import { catalogWords, storageWords } from './words/notices';

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
  const text = deviceWords.problems[device.problem || 'no-adapter'];
  const todo = device.problem === 'insecure-context' ? deviceWords.secure(location.host) : device.problem === 'no-webgpu' ? deviceWords.howTo[browserName(navigator.userAgent)] : text.todo;
  return (
    <FailureCard
      title={text.title}
      happened={device.message || text.happened}
      kept={deviceWords.kept}
      todo={todo}
      details={details}
      actions={<Button onClick={() => void askDevice()}>{deviceWords.tryAgain}</Button>}
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
              <Button onClick={() => place(misplaced)}>{importsWords.place[misplaced.kind]}</Button>
              <Button kind="quiet" onClick={dismissMisplaced}>
                {tryoutWords.dismiss}
              </Button>
            </>
          }
        >
          {importsWords.misplaced(misplaced.folder.name || defined(misplaced.folder.files[0]).path, misplaced.kind, misplaced.as)}
        </Notice>
      )}
      {unopened && (
        <Notice
          kind="warn"
          actions={
            <Button kind="quiet" onClick={dismissUnopened}>
              {tryoutWords.dismiss}
            </Button>
          }
        >
          {importsWords.unopened(unopened)}
        </Notice>
      )}
      {failure && (
        <FailureCard
          title={catalogWords.failed}
          happened={failure}
          kept={catalogWords.kept}
          actions={
            <Button kind="primary" onClick={() => void openCatalog()}>
              {deviceWords.tryAgain}
            </Button>
          }
        />
      )}
      {importError && (
        <InSight key={importError.message}>
        <FailureCard
          title={importsWords.failed(importError.name)}
          happened={importError.message}
          kept={importsWords.kept[importError.kind]}
          actions={
            <>
              <FolderPicker kind="primary" label={importsWords.choose[importError.kind]} onFolder={(folder) => void importFolder(importError.kind, folder)}>
                {importsWords.again}
              </FolderPicker>
              <Button onClick={dismissImportError}>{importsWords.keep}</Button>
            </>
          }
        />
        </InSight>
      )}
      {storage !== 'kept' && <Notice kind="warn">{storageWords[storage]}</Notice>}
    </>
  );
}
