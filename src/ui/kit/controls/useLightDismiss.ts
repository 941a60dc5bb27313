import { useEffect, useState, type RefObject, type SyntheticEvent } from 'react';

/**
 * A fold that lies over the page closes by Escape and by a click beside it. Gives what follows its opening, to put on the
 * `details` element.
 */
export function useLightDismiss(panel: RefObject<HTMLDetailsElement | null>): (event: SyntheticEvent<HTMLDetailsElement>) => void {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    const within = ({ target }: Event) => panel.current?.contains(target as Node) ?? false;
    const close = () => (panel.current!.open = false);
    const onPointer = (event: Event) => void (within(event) || close());
    // Also where a button in it was pressed that is gone, and the focus with it.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !(within(event) || event.target === document.body)) return;
      event.stopPropagation();
      close();
      panel.current!.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [open, panel]);
  return (event) => setOpen(event.currentTarget.open);
}
