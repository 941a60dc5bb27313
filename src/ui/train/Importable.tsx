import type { ReactNode } from 'react';
import { useId } from 'react';
import { Button } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { DropArea, FolderPicker } from '../kit/controls/FolderPicker';
import { useCatalog } from '../core/data/catalog';
import { cancelImport, importFolder } from '../core/data/imports';
import { KeepingLines } from './KeepingLines';
import css from '../core/parts/panels.module.css';
import { importsWords } from '../core/words/imports';

type Kind = 'data' | 'model';

/** Id of the ways in for data of one's own. */
export const ownData = 'own-data';

/** A panel of things that may also come from a folder or files: dropped anywhere on it, or chosen by `ImportButton` and `FilesButton`. */
export function Importable({ kind, children }: { kind: Kind; children: ReactNode }) {
  return (
    <DropArea className={css.imports} onFolder={(folder) => void importFolder(kind, folder)}>
      {children}
    </DropArea>
  );
}

/** The import being read or copied in the background, with a way out. */
export function ImportStatus({ kind }: { kind: Kind }) {
  const importing = useCatalog((catalog) => catalog.importing);
  if (importing?.kind !== kind) return <KeepingLines kind={kind} />;
  return (
    <p className={css.soft} role="status">
      {importsWords.reading(importing.name, importing.files)}{' '}
      <Button kind="link" onClick={cancelImport}>
        {importsWords.cancel}
      </Button>
    </p>
  );
}

export function ImportButton({ kind, first = false, children }: { kind: Kind; first?: boolean; children: ReactNode }) {
  return (
    <FolderPicker small kind={first ? 'primary' : 'plain'} label={importsWords.choose[kind]} onFolder={(folder) => void importFolder(kind, folder)}>
      {children}
    </FolderPicker>
  );
}

/** Files of the kinds that a data set may come in. */
const dataFiles = '.zip,.csv,.tsv,.jsonl,.json,.parquet,.txt,.jpg,.jpeg,.jfif,.png,.webp,.gif,.bmp,.avif';

export function FilesButton({ children }: { children: ReactNode }) {
  return (
    <FolderPicker small label={importsWords.chooseFiles} accept={dataFiles} onFolder={(files) => void importFolder('data', files)}>
      {children}
    </FolderPicker>
  );
}

/** A choice among what is open; nothing while there is only one. */
export function OpenChoice({ label, options, value, onChoose }: { label: string; options: { id: string; title: string }[]; value: string; onChoose: (id: string) => void }) {
  const id = useId();
  if (options.length < 2) return null;
  return (
    <div className={controls.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={controls.select} value={value} onChange={(event) => onChoose(event.target.value)}>
        {options.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </select>
    </div>
  );
}
