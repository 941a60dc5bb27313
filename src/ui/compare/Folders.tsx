import { useId, useRef, useState } from 'react';
import { Button } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { useLightDismiss } from '../kit/controls/useLightDismiss';
import { foldersOf, isArchived, putIntoFolder } from '../core/runs/folders';
import { useKeptRuns, type Run } from '../core/runs/runs';
import { changeSettings, useSettings } from '../core/settings/settings';
import { tableWords } from '../core/words/table';
import css from './compare.module.css';

const words = tableWords.folders;

/** The folder whose runs are compared, where there are any. */
export function FolderChoice({ runs }: { runs: readonly Run[] }) {
  const chosen = useSettings((settings) => settings.folder);
  const folders = foldersOf(runs);
  if (folders.length === 0) return null;
  return (
    <label className={css.pick}>
      <span className={controls.label}>{words.label}</span>
      <select className={controls.select} value={folders.some(({ name }) => name === chosen) ? chosen : ''} onChange={({ target }) => changeSettings({ folder: target.value })}>
        <option value="">{words.all(runs.filter((run) => !isArchived(run)).length)}</option>
        {folders.map(({ name, runs: count }) => (
          <option key={name} value={name}>
            {words.one(name, count)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Puts runs into a folder: the rows of the table, which a filter chooses. */
export function PutInFolder({ runs }: { runs: readonly Run[] }) {
  const id = useId();
  const box = useRef<HTMLDetailsElement>(null);
  const [name, setName] = useState('');
  const folders = foldersOf(useKeptRuns());
  const close = () => void (box.current && (box.current.open = false));
  const onToggle = useLightDismiss(box);
  if (runs.length === 0) return null;
  const put = (folder: string) => {
    putIntoFolder(runs.map((run) => run.id), folder);
    setName('');
    close();
  };
  return (
    <details ref={box} className={css.put} onToggle={onToggle}>
      <summary>{words.move(runs.length)}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') put(name);
        }}
      >
        <label htmlFor={id}>{words.into}</label>
        <input id={id} className={controls.input} list={`${id}-known`} value={name} maxLength={100} autoComplete="off" onChange={({ target }) => setName(target.value)} />
        <datalist id={`${id}-known`}>
          {[...folders.map((folder) => folder.name), words.archive].map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <span className={css.puts}>
          <Button small kind="primary" submit disabled={name.trim() === ''}>
            {words.put}
          </Button>
          <Button small onClick={() => put(words.archive)}>
            {words.archive}
          </Button>
          {runs.some(({ folder }) => folder) && (
            <Button small onClick={() => put('')}>
              {words.out}
            </Button>
          )}
        </span>
        <small>{words.hint}</small>
      </form>
    </details>
  );
}
