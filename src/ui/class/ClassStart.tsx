import { useId, useState } from 'react';
import { readCode } from '../../records/class.meta';
import { Button } from '../kit/controls/Button';
import { CopyButton } from '../kit/controls/CopyButton';
import controls from '../kit/controls/controls.module.css';
import { hideClassStart } from '../core/settings/classStart';
import { only, useShown } from '../core/storage/shown';
import { classStartWords } from '../core/words/classStart';
import css from './room.module.css';
import { roomWords } from './words/room';
import { startWords } from './words/start';

/** Steps to a class, and a field for the code of one. */
export default function ClassStart() {
  const id = useId();
  const [typed, setTyped] = useState('');
  const code = readCode(typed);
  const join = () => {
    hideClassStart();
    useShown.setState({ ...only('compare'), room: code, board: false });
  };
  return (
    <div className={css.body}>
      <p>{classStartWords.about}</p>
      <ol className={css.steps}>
        <li>
          <p>{startWords.serve}</p>
          <p className={css.command}>
            <code>{startWords.command}</code>
            <CopyButton small text={startWords.command}>
              {startWords.copy}
            </CopyButton>
          </p>
        </li>
        <li>{startWords.board}</li>
        <li>{startWords.others}</li>
      </ol>
      <p>
        <a href="./docs/guide.html#in-a-class" target="_blank" rel="noopener">
          {startWords.guide}
        </a>
      </p>
      <form
        className={css.enter}
        onSubmit={(event) => {
          event.preventDefault();
          if (code) join();
        }}
      >
        <label htmlFor={id}>{startWords.code}</label>
        <input id={id} className={`${controls.input} ${controls.code}`} value={typed} maxLength={20} autoComplete="off" spellCheck={false} aria-describedby={`${id}-hint`} onChange={({ target }) => setTyped(target.value)} />
        <Button submit disabled={code === ''}>
          {startWords.enter}
        </Button>
        <p id={`${id}-hint`} className={controls.hint}>
          {roomWords.codeWrong}
        </p>
      </form>
    </div>
  );
}
