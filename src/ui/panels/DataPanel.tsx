import { useMemo, useState } from 'react';
import type { DataInfo } from '../../train/protocol';
import { Button, ButtonRow } from '../controls/Button';
import { Note } from '../controls/Sign';
import { Thumb } from '../controls/Thumb';
import { formatCount } from '../format';
import { dataById, useCatalog, type Sample } from '../store/catalog';
import { changeSettings, useSettings } from '../store/settings';
import { t } from '../strings';
import { ImportButton, Importable, ImportStatus, OpenChoice } from './Importable';
import { StepHeading } from './StepHeading';
import css from './panels.module.css';

const fewClasses = 12;

/** 1: the pictures, sorted into classes, and whose they are. */
export function DataPanel() {
  const catalog = useCatalog();
  const chosen = useSettings((settings) => settings.data);
  const data = dataById(catalog, chosen);
  return (
    <Importable kind="data">
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
      <ImportStatus kind="data" />
      <OpenChoice label={t.data.choose} options={catalog.datasets} value={chosen} onChoose={(data) => changeSettings({ data })} />
      <ButtonRow>
        <ImportButton kind="data">{t.data.own}</ImportButton>
      </ButtonRow>
      <p className={css.hint}>{t.data.hint}</p>
    </Importable>
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
