import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { DropArea, FolderPicker } from '../kit/controls/FolderPicker';
import { Note } from '../kit/controls/Sign';
import { formatCount, partsOf } from '../../language/format';
import { openExport } from '../core/runs/exports';
import { dismissImportedError, importAdapter, removeImported, useImported } from '../core/storage/imported';
import { useRuns } from '../core/runs/runs';
import { modelById, useCatalog } from '../core/data/catalog';
import { useSettings } from '../core/settings/settings';
import { asRun, labelOf, newerThan, stoppedWord, tick, type Candidate } from './store/tryout';
import css from './tryout.module.css';
import { tryoutWords } from '../core/words/tryout';
import { runsWords } from '../core/words/runs';
import type { Imported } from '../core/storage/database';

/** The adapters of the chosen model, and the way in for those from elsewhere. */
export function TryAdapters({ candidates, chosen }: { candidates: Candidate[]; chosen: Candidate[] }) {
  const model = useSettings((settings) => settings.model);
  // One that was chosen at an earlier visit is known by its name before it is here.
  const opening = useCatalog((catalog) => modelById(catalog, model) === undefined && catalog.failure === '');
  const loaded = useRuns((state) => state.loaded);
  const { reading, error } = useImported();
  const take = (folder: Parameters<typeof importAdapter>[0]) => void importAdapter(folder);
  return (
    <DropArea className={css.column} onFolder={take}>
      <h3>{tryoutWords.adapters}</h3>
      {candidates.every(({ base }) => base) && <p className={css.soft}>{opening ? tryoutWords.openingModel : loaded ? tryoutWords.none : runsWords.reading}</p>}
      <ul className={css.adapters}>
        {candidates.map((one) => (
          <Adapter key={one.key} one={one} on={chosen.includes(one)} newer={newerThan(one, candidates)?.name ?? ''} />
        ))}
      </ul>
      {reading && (
        <p className={css.soft} role="status">
          {tryoutWords.reading(reading)}
        </p>
      )}
      {error && (
        <div role="alert" className={css.column}>
          <Note sign="err">
            {tryoutWords.importFailed(error.name)} {error.message}{' '}
            <Button kind="link" onClick={dismissImportedError}>
              {tryoutWords.dismiss}
            </Button>
          </Note>
        </div>
      )}
      <ButtonRow>
        <FolderPicker small label={tryoutWords.chooseFolder} onFolder={take}>
          {tryoutWords.importFolder}
        </FolderPicker>
        <FolderPicker small label={tryoutWords.chooseFiles} accept=".zip,.json,.safetensors" onFolder={take}>
          {tryoutWords.importFiles}
        </FolderPicker>
      </ButtonRow>
      <p className={css.hint}>{tryoutWords.importHint}</p>
    </DropArea>
  );
}

function Adapter({ one, on, newer }: { one: Candidate; on: boolean; newer: string }) {
  const data = useSettings((settings) => settings.data);
  const from = one.run && one.run.spec.data !== data ? tryoutWords.learnedFrom(one.run.dataTitle) : '';
  return (
    <li>
      <Check checked={on} label={tryoutWords.tick(one.name)} onChange={(now) => tick(one.key, now)}>
        {one.base ? one.name : <MethodKey method={one.method}>{labelOf(one)}</MethodKey>}
      </Check>
      {one.base ? <MethodKey method={one.method}>{''}</MethodKey> : <span className={css.name}>{one.name}</span>}
      <span className={css.soft}>{one.base ? tryoutWords.baseAbout : partsOf([tryoutWords.parameters(formatCount(one.parameters), one.head > 0 ? formatCount(one.head) : ''), stoppedWord(one), from, !on && from === '' && newer && tryoutWords.newer(newer)])}</span>
      <span className={css.end}>
        {one.imported && <Actions imported={one.imported} />}
      </span>
      {one.imported && <From imported={one.imported} />}
    </li>
  );
}

function Actions({ imported }: { imported: Imported }) {
  return (
    <>
      <Button kind="quiet" small label={`${runsWords.export} ${imported.name}`} onClick={() => openExport(asRun(imported))}>
        {runsWords.export}
      </Button>
      <Button kind="quiet" small label={`${tryoutWords.remove} ${imported.name}`} onClick={() => removeImported(imported.id)}>
        {tryoutWords.remove}
      </Button>
    </>
  );
}

/** Facts that an imported adapter gives about itself. */
function From({ imported: { info } }: { imported: Imported }) {
  const facts = [tryoutWords.imported, info.layers > 0 && tryoutWords.layers(info.layers), info.labels.length > 0 && tryoutWords.classes(info.labels.length), info.base && tryoutWords.base(info.base)];
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
