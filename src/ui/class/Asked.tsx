import { useId, useState } from 'react';
import { roomBounds } from '../../records/class.meta';
import { Sheet, SheetFoot } from '../core/parts/Sheet';
import { Button, ButtonRow } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import { roomWords } from './words/room';

/** Something that the teacher does on the board once it is confirmed; with `name` a name is asked for. */
export interface Asking {
  title: string;
  text: string;
  yes: string;
  name?: string;
  act: (name: string) => void;
}

/** A sheet that asks before anything is destroyed. */
export function Asked({ asking, onClose }: { asking: Asking | null; onClose: () => void }) {
  return (
    <Sheet open={asking !== null} title={asking?.title ?? ''} onClose={onClose}>
      {asking && <Question asking={asking} onClose={onClose} />}
    </Sheet>
  );
}

function Question({ asking: { text, yes, name, act }, onClose }: { asking: Asking; onClose: () => void }) {
  const id = useId();
  const [typed, setTyped] = useState(name ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act(typed);
        onClose();
      }}
    >
      <p>{text}</p>
      {name !== undefined && (
        <div className={controls.field}>
          <label htmlFor={id}>{roomWords.newName}</label>
          <input id={id} data-first className={controls.input} value={typed} maxLength={roomBounds.name} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        </div>
      )}
      <SheetFoot>
        <ButtonRow>
          <Button kind={name === undefined ? 'danger' : 'primary'} submit>
            {yes}
          </Button>
          <Button onClick={onClose}>{roomWords.cancel}</Button>
        </ButtonRow>
      </SheetFoot>
    </form>
  );
}
