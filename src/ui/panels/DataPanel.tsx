import { useId, useMemo, useState } from 'react';
import type { DataInfo } from '../../train/protocol';
import { Button, ButtonRow } from '../controls/Button';
import controls from '../controls/controls.module.css';
import { DropArea, FolderPicker } from '../controls/FolderPicker';
import { Note } from '../controls/Sign';
import { Thumb } from '../controls/Thumb';
import { formatCount } from '../format';
import { dataById, useCatalog, type Sample } from '../store/catalog';
import { cancelImport, importFolder } from '../store/imports';
import { changeSettings, useSettings } from '../store/settings';
import { t } from '../strings';
import { StepHeading } from './StepHeading';
import css from './panels.module.css';

const fewClasses = 12;

/** 1: the pictures, sorted into classes, and whose they are. */
export function DataPanel() {
  const catalog = useCatalog();
  const chosen = useSettings((settings) => settings.data);
  const data = dataById(catalog, chosen);
  const id = useId();
  return (
    <DropArea className={css.column} onFolder={(folder) => void importFolder('data', folder)}>
      <StepHeading number={1} title={t.data.title} />
      {data ? <Classes data={data} samples={catalog.samples[data.id]} /> : <p className={css.soft}>{catalog.failure || t.data.opening}</p>}
      {data && (
        <>
          <SplitBar data={data} />
          <p className={css.soft}>
            {t.data.about(data.title, data.builtin, data.classes.length, data.train + data.test)} {data.licence && t.data.licence(data.licence)}
          </p>
          {data.warnings.map((warning) => (
            <Note key={warning} sign="warn">
              {warning}
            </Note>
          ))}
        </>
      )}
      {catalog.importing?.kind === 'data' && (
        <p className={css.soft} role="status">
          {t.imports.reading(catalog.importing.name, formatCount(catalog.importing.files))}{' '}
          <Button kind="link" onClick={cancelImport}>
            {t.imports.cancel}
          </Button>
        </p>
      )}
      {catalog.datasets.length > 1 && (
        <div className={controls.field}>
          <label htmlFor={id}>{t.data.choose}</label>
          <select id={id} className={controls.select} value={chosen} onChange={(event) => changeSettings({ data: event.target.value })}>
            {catalog.datasets.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </div>
      )}
      <ButtonRow>
        <FolderPicker small label={t.imports.choose.data} onFolder={(folder) => void importFolder('data', folder)}>
          {t.data.own}
        </FolderPicker>
      </ButtonRow>
      <p className={css.hint}>{t.data.hint}</p>
    </DropArea>
  );
}

function Classes({ data, samples }: { data: DataInfo; samples: Sample[] | undefined }) {
  const [all, setAll] = useState(false);
  const byClass = useMemo(() => data.classes.map((_, label) => samples?.filter((sample) => sample.label === label) ?? []), [samples, data]);
  const shown = all ? data.classes : data.classes.slice(0, fewClasses);
  return (
    <>
      <ul className={css.classes}>
        {shown.map((name, label) => (
          <li key={name}>
            <span title={t.data.counts(data.train_per_class[label], data.test_per_class[label])}>{name}</span>
            <span className={css.pictures}>
              {byClass[label].map((sample, i) => (
                <Thumb key={i} sample={sample} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {data.classes.length > fewClasses && (
        <Button kind="quiet" small onClick={() => setAll(!all)}>
          {all ? t.data.fewer : t.data.all(data.classes.length)}
        </Button>
      )}
    </>
  );
}

function SplitBar({ data }: { data: DataInfo }) {
  return (
    <div className={css.split}>
      <div aria-hidden="true">
        <i style={{ flexGrow: data.train }} />
        <i style={{ flexGrow: data.test }} />
      </div>
      <p>
        <span>{t.data.train(formatCount(data.train))}</span>
        <span>{t.data.test(formatCount(data.test))}</span>
      </p>
    </div>
  );
}
