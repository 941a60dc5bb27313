import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from '../../kit/controls/Button';
import { Boundary } from '../../kit/controls/Part';
import { openSheet } from '../../kit/controls/sheets';
import { Toasts } from './Toasts';
import css from '../../kit/controls/controls.module.css';
import { keyWords } from '../words/keys';

interface Props {
  open: boolean;
  title: string;
  /** As wide as the window allows, for pictures. */
  wide?: boolean;
  /** Also of Escape; of this sheet alone where another lies over it. */
  onClose: () => void;
  children: ReactNode;
}

/** The end of a sheet: its main button and how that went, in sight however much stands above. */
export const SheetFoot = ({ children }: { children: ReactNode }) => <div className={css.sheetFoot}>{children}</div>;

/** A sheet over the page with a title and a way out; what is marked `data-first` has the focus, and it returns to where it was. */
export function Sheet({ open, title, wide = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return dialog.current?.close();
    dialog.current?.showModal();
    // Otherwise the first that can take it has the focus: Close.
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus();
    return openSheet(id);
  }, [open, id]);
  return (
    <dialog ref={dialog} className={wide ? `${css.sheet} ${css.wide}` : css.sheet} aria-labelledby={id} onClose={(event) => event.target === event.currentTarget && onClose()}>
      <header>
        <h2 id={id}>{title}</h2>
        <Button small onClick={onClose}>
          {keyWords.close}
        </Button>
      </header>
      {open && <Boundary>{children}</Boundary>}
      {/* Outside of an open dialog nothing can be pressed. */}
      {open && <Toasts sheet={id} />}
    </dialog>
  );
}
