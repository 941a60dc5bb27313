import { useMemo, useState } from 'react';
import type { DataInfo } from '../../train/protocol';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { part } from '../kit/controls/Part';
import { Note } from '../kit/controls/Sign';
import { Thumb } from '../kit/controls/Thumb';
import { useNear } from '../kit/controls/useNear';
import { formatCount } from '../../language/format';
import { defined } from '../../numbers/defined';
import { areOwn, dataById, useCatalog, type Sample } from '../core/data/catalog';
import { setClassUsed } from '../core/data/edits';
import { dismissImportError } from '../core/data/imports';
import { learnedFrom, ofData, useMedium } from '../core/data/medium';
import { loadSamples } from '../core/data/open';
import { methodsFor } from '../core/runs/recommended';
import { changeSettings, useSettings } from '../core/settings/settings';
import { useIsShown } from '../core/storage/shown';
import { CameraButton, CameraSheet } from './CameraSheet';
import { ClassSheet } from './ClassSheet';
import { DataEdits } from './DataEdits';
import { HealthLines } from './HealthLines';
import { HubButton, HubSection } from '../core/parts/HubSection';
import { FilesButton, ImportButton, Importable, ImportStatus, OpenChoice, ownData } from './Importable';
import { MediumSwitch } from '../core/parts/MediumSwitch';
import { SplitSection } from './SplitSection';
import { StepHeading } from './StepHeading';
import { useHeld } from './useHeld';
import css from '../core/parts/panels.module.css';
import { dataWords } from '../core/words/data';
import { picturesWords } from '../core/words/pictures';
import { editsWords } from '../core/words/edits';

/** Loaded on demand: nobody who learns from pictures waits for it. */
const Texts = part(() => import('./Texts').then((module) => module.default));
/** Nor whoever has come for something else. */
const AskOwn = part(() => import('./AskOwn').then((module) => module.default));
/** Nobody who has no pictures of their own labels any. */
const LabelSheet = part(() => import('./LabelSheet').then((module) => module.default));

const fewClasses = 10;
/** Pictures of a class that stand beside its name. */
const thumbs = 4;

/** Chooses another set; the error of one that could not be opened is dismissed. */
async function chooseSet(data: string): Promise<void> {
  dismissImportError();
  useCatalog.setState({ asks: '' });
  changeSettings({ data, ...(await methodsFor(dataById(useCatalog.getState(), data))) });
}

/** Name of a set in the list; of texts with what is learned of them. */
function titled({ title, texts }: Pick<DataInfo, 'title' | 'texts'>): string {
  const learned = learnedFrom({ texts });
  return learned ? dataWords.ofTexts(title, texts?.reading.choices !== undefined ? dataWords.choices : dataWords.learned[learned]) : title;
}

/** 1: the pictures, sorted into classes, and whose they are. */
export function DataPanel() {
  const catalog = useCatalog();
  const chosen = useSettings((settings) => settings.data);
  const data = dataById(catalog, chosen);
  const ownShown = useIsShown(ownData);
  /** The set whose columns are being chosen. */
  const [columns, setColumns] = useState('');
  const medium = useMedium();
  const asks = ownShown && data !== undefined && catalog.asks === chosen;
  return (
    <Importable kind="data">
      <StepHeading number={1} title={dataWords.title} beside={<MediumSwitch />} />
      <OpenChoice label={dataWords.choose} options={catalog.datasets.filter((one) => ofData(one) === medium).map((one) => ({ id: one.id, title: titled(one) }))} value={chosen} onChoose={(id) => void chooseSet(id)} />
      {asks ? (
        <AskOwn instead={data.title}>
          <Own camera={medium === 'pictures'} first />
        </AskOwn>
      ) : data ? (
        <>
          <p className={css.soft}>
            {dataWords.about(data.title, data.builtin, data.classes.length, data.train + data.val + data.test)} {data.licence && dataWords.licence(data.licence)}
          </p>
          {data.all_classes.length > 0 ? <Classes key={data.id} data={data} samples={catalog.samples[data.id]} /> : <Such key={data.id} data={data} samples={catalog.samples[data.id]} />}
          {data.texts && <Texts key={`texts ${data.id}`} data={data} open={columns === data.id} onOpen={(open) => setColumns(open ? data.id : '')} />}
          <SplitSection key={`split ${data.id}`} data={data} />
          <DataEdits data={data.id} quiet={columns === data.id} />
          {data.warnings.map((warning) => (
            <Note key={warning} sign="warn">
              {warning}
            </Note>
          ))}
          <HealthLines data={data} />
          {areOwn(data) && <LabelSheet key={`unlabelled ${data.id}`} data={data} />}
        </>
      ) : (
        <p className={css.soft}>{catalog.failure || dataWords.opening}</p>
      )}
      <ImportStatus kind="data" />
      {ownShown && !asks && <Own camera={medium === 'pictures'} />}
    </Importable>
  );
}

/** The ways in for data of one's own; `first` where nothing else is asked. */
function Own({ camera, first = false }: { camera: boolean; first?: boolean }) {
  return (
    <>
      <div id={ownData}>
        <ButtonRow>
          <ImportButton kind="data" first={first}>
            {dataWords.own}
          </ImportButton>
          <FilesButton>{dataWords.files}</FilesButton>
          <HubButton kind="dataset" />
          {camera && <CameraButton />}
        </ButtonRow>
      </div>
      {camera && <CameraSheet />}
      <HubSection kind="dataset" />
      <p className={css.hint}>{dataWords.hint}</p>
    </>
  );
}

function Classes({ data, samples }: { data: DataInfo; samples: Sample[] | undefined }) {
  const draws = useHeld(data).drawn > 0;
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const strip = useNear<HTMLUListElement>(() => void loadSamples(data.id));
  const byClass = useMemo(() => data.all_classes.map((_, label) => samples?.filter((sample) => sample.label === label) ?? []), [samples, data.all_classes]);
  const shown = all ? data.all_classes : data.all_classes.slice(0, fewClasses);
  return (
    <>
      <ul ref={strip} className={data.texts ? `${css.classes} ${css.ofTexts}` : css.classes}>
        {shown.map((name, label) => (
          <li key={name}>
            <ClassCheck data={data} name={name} />
            <button type="button" className={css.pictures} aria-label={picturesWords.see(name)} title={picturesWords.see(name)} onClick={() => setOpen(name)}>
              {defined(byClass[label]).slice(0, data.texts ? 1 : thumbs).map((sample, i) => (
                <Thumb key={i} sample={sample} />
              ))}
            </button>
            <Count data={data} name={name} draws={draws} />
          </li>
        ))}
      </ul>
      {isFewest(data) && <p className={css.hint}>{editsWords.fewest}</p>}
      {data.all_classes.length > fewClasses && (
        <Button kind="quiet" small onClick={() => setAll(!all)}>
          {all ? dataWords.fewer : dataWords.all(data.all_classes.length)}
        </Button>
      )}
      <ClassSheet data={data} draws={draws} label={open} onClose={() => setOpen(null)} />
    </>
  );
}

/** Some of a set that has no classes. */
function Such({ data, samples }: { data: DataInfo; samples: Sample[] | undefined }) {
  const list = useNear<HTMLUListElement>(() => void loadSamples(data.id));
  return (
    <>
      <ul ref={list} className={css.such}>
        {samples?.map((sample, i) => (
          <li key={i}>
            <Thumb sample={sample} />
          </li>
        ))}
      </ul>
      {(data.texts?.reading.prompt !== undefined || data.texts?.reading.chat) && <p className={css.hint}>{dataWords.such}</p>}
    </>
  );
}

/** True where no class can be left out. */
const isFewest = (data: DataInfo): boolean => data.classes.length <= 2;

/** A class; unchecked it is left out of training and test. */
function ClassCheck({ data, name }: { data: DataInfo; name: string }) {
  const used = data.classes.includes(name);
  return (
    <span className={used ? undefined : css.unused} title={used && isFewest(data) ? editsWords.fewest : undefined}>
      <Check checked={used} disabled={used && isFewest(data)} label={editsWords.use(name)} onChange={(used) => void setClassUsed(data.id, name, used)}>
        {name}
      </Check>
    </span>
  );
}

/** Number of pictures of a class; `draws` if the seed holds some of the training pictures back. */
function Count({ data, name, draws }: { data: DataInfo; name: string; draws: boolean }) {
  const at = data.classes.indexOf(name);
  if (at < 0) return <span title={editsWords.classOut(name)}>–</span>;
  const [train, test] = [defined(data.train_per_class[at]) + (data.val_per_class?.[at] ?? 0), defined(data.test_per_class[at])];
  return <span title={dataWords.counts(train, test, draws || data.val > 0)}>{formatCount(train + test)}</span>;
}
