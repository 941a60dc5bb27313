import { useId } from 'react';
import { Button } from '../controls/Button';
import controls from '../controls/controls.module.css';
import { DropArea, FolderPicker } from '../controls/FolderPicker';
import { TextField } from '../controls/TextField';
import { formatCount } from '../format';
import { modelById, useCatalog } from '../store/catalog';
import { cancelImport, importFolder } from '../store/imports';
import { changeSettings, useSettings } from '../store/settings';
import { targetsOf } from '../store/specs';
import { formatTargets, parseTargets } from '../store/targets';
import { t } from '../strings';
import { StepHeading } from './StepHeading';
import css from './panels.module.css';

/** 2, first part: the model and which of its layers are adapted. */
export function ModelPanel() {
  const catalog = useCatalog();
  const settings = useSettings();
  const model = modelById(catalog, settings.model);
  const id = useId();
  const targets = targetsOf(settings, model);
  return (
    <DropArea className={css.column} onFolder={(folder) => void importFolder('model', folder)}>
      <StepHeading number={2} title={t.model.title} />
      {model && (
        <p className={css.soft}>
          {t.model.about(model.title, model.builtin, formatCount(model.parameters), model.image_size)} {model.note}
        </p>
      )}
      {catalog.importing?.kind === 'model' && (
        <p className={css.soft} role="status">
          {t.imports.reading(catalog.importing.name, formatCount(catalog.importing.files))}{' '}
          <Button kind="link" onClick={cancelImport}>
            {t.imports.cancel}
          </Button>
        </p>
      )}
      <div className={css.modelRow}>
        {catalog.models.length > 1 && (
          <div className={controls.field}>
            <label htmlFor={id}>{t.model.choose}</label>
            <select id={id} className={controls.select} value={settings.model} onChange={(event) => changeSettings({ model: event.target.value, targets: [] })}>
              {catalog.models.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
            </select>
          </div>
        )}
        <FolderPicker small label={t.imports.choose.model} onFolder={(folder) => void importFolder('model', folder)}>
          {t.model.own}
        </FolderPicker>
      </div>
      {model && (
        <TextField label={t.model.targets} value={formatTargets(targets)} error={catalog.rowsError} onCommit={(text) => changeSettings({ targets: parseTargets(text, model.target_modules) })}>
          {t.model.targetsHint}
          {settings.targets.length > 0 && (
            <>
              {' '}
              <Button kind="link" onClick={() => changeSettings({ targets: [] })}>
                {t.model.targetsReset}
              </Button>
            </>
          )}
        </TextField>
      )}
    </DropArea>
  );
}
