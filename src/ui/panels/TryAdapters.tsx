import { MethodKey } from '../charts/MethodKey';
import { totalOf } from '../../figures/memory';
import { Button, ButtonRow } from '../controls/Button';
import { Check } from '../controls/Check';
import { DropArea, FolderPicker } from '../controls/FolderPicker';
import { Note } from '../controls/Sign';
import { formatCount, formatMiB, partsOf } from '../../language/format';
import { openExport } from '../store/exports';
import { dismissImportedError, importAdapter, removeImported, useImported, type Imported } from '../store/imported';
import { useRuns } from '../store/runs';
import { useSettings } from '../store/settings';
import { asRun, labelOf, newerThan, stoppedWord, tick, useTryout, type Candidate } from '../store/tryout';
import { t } from '../strings';
import css from './tryout.module.css';

/** The adapters of the chosen model, and the way in for those from elsewhere. */
export function TryAdapters({ candidates, chosen }: { candidates: Candidate[]; chosen: Candidate[] }) {
  const model = useSettings((settings) => settings.model);
  const loaded = useRuns((state) => state.loaded);
  const { reading, error } = useImported();
  const take = (folder: Parameters<typeof importAdapter>[0]) => void importAdapter(folder);
  return (
    <DropArea className={css.column} onFolder={take}>
      <h3>{t.tryout.adapters}</h3>
      {candidates.every(({ base }) => base) && <p className={css.soft}>{model === '' ? t.tryout.openingModel : loaded ? t.tryout.none : t.runs.reading}</p>}
      <ul className={css.adapters}>
        {candidates.map((one) => (
          <Adapter key={one.key} one={one} on={chosen.includes(one)} newer={newerThan(one, candidates)?.name ?? ''} />
        ))}
      </ul>
      {reading && (
        <p className={css.soft} role="status">
          {t.tryout.reading(reading)}
        </p>
      )}
      {error && (
        <div role="alert" className={css.column}>
          <Note sign="err">
            {t.tryout.importFailed(error.name)} {error.message}{' '}
            <Button kind="link" onClick={dismissImportedError}>
              {t.tryout.dismiss}
            </Button>
          </Note>
        </div>
      )}
      <ButtonRow>
        <FolderPicker small label={t.tryout.chooseFolder} onFolder={take}>
          {t.tryout.importFolder}
        </FolderPicker>
        <FolderPicker small label={t.tryout.chooseFiles} accept=".zip,.json,.safetensors" onFolder={take}>
          {t.tryout.importFiles}
        </FolderPicker>
      </ButtonRow>
      <p className={css.hint}>{t.tryout.importHint}</p>
    </DropArea>
  );
}

function Adapter({ one, on, newer }: { one: Candidate; on: boolean; newer: string }) {
  const bytes = useTryout((state) => state.memory?.adapters.find(({ key }) => key === one.key)?.bytes);
  const data = useSettings((settings) => settings.data);
  const from = one.run && one.run.spec.data !== data ? t.tryout.learnedFrom(one.run.dataTitle) : '';
  return (
    <li>
      <Check checked={on} label={t.tryout.tick(one.name)} onChange={(now) => tick(one.key, now)}>
        <span className={css.name}>{one.name}</span>
      </Check>
      <MethodKey method={one.method}>{one.base ? '' : labelOf(one)}</MethodKey>
      <span className={css.soft}>{one.base ? t.tryout.baseAbout : partsOf([t.tryout.parameters(formatCount(one.parameters), one.head > 0 ? formatCount(one.head) : ''), stoppedWord(one), from, !on && from === '' && newer && t.tryout.newer(newer)])}</span>
      <span className={css.end}>
        <span className={css.adds}>{bytes && <span className={css.tag}>{t.tryout.adds(formatMiB(totalOf(bytes)), bytes.temp ? formatMiB(bytes.temp) : '')}</span>}</span>
        {one.imported && <Actions imported={one.imported} />}
      </span>
      {one.imported && <From imported={one.imported} />}
    </li>
  );
}

function Actions({ imported }: { imported: Imported }) {
  return (
    <>
      <Button kind="quiet" small label={`${t.runs.export} ${imported.name}`} onClick={() => openExport(asRun(imported))}>
        {t.runs.export}
      </Button>
      <Button kind="quiet" small label={`${t.tryout.remove} ${imported.name}`} onClick={() => removeImported(imported.id)}>
        {t.tryout.remove}
      </Button>
    </>
  );
}

/** What an imported adapter says of itself. */
function From({ imported: { info } }: { imported: Imported }) {
  const facts = [t.tryout.imported, info.layers > 0 && t.tryout.layers(info.layers), info.labels.length > 0 && t.tryout.classes(info.labels.length), info.base && t.tryout.base(info.base)];
  return (
    <div className={css.from}>
      <p>{partsOf(facts)}</p>
      {info.warnings.map((warning) => (
        <Note key={warning} sign="warn">
          {warning}
        </Note>
      ))}
    </div>
  );
}
