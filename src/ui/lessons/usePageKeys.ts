import { useEffect, useEffectEvent } from 'react';
import { keyActionOf, presses } from '../core/settings/keys';
import { useSettings } from '../core/settings/settings';
import { leaveStage } from '../core/storage/shown';

const typing = 'input:not([type=checkbox]), textarea, select, [role=slider], [contenteditable]';

/**
 * Keys that turn pages: Space and the arrows go on and back, Escape leaves; `others` are there where something is presented. Where something is presented, Space does so on a
 * button as well, which Enter still presses: what was clicked last has the focus, and a remote control must not train.
 */
export function usePageKeys(presenting: boolean, onMove: (by: 1 | -1) => void, others: Partial<Record<'first' | 'last' | 'blank' | 'screen', () => void>> = {}): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if ((event.target as Element).matches(event.key === ' ' && !presenting ? presses : typing)) return;
    const action = keyActionOf(event, true);
    if (action === 'next') onMove(1);
    else if (action === 'back') onMove(-1);
    else if (action === 'leave') leaveStage();
    else if ((action === 'first' || action === 'last' || ((action === 'blank' || action === 'screen') && useSettings.getState().shortcuts)) && others[action]) others[action]();
    else return;
    event.preventDefault();
  });
  // Firefox presses a button when Space is let go.
  const onKeyUp = useEffectEvent((event: KeyboardEvent) => {
    if (presenting && event.key === ' ' && !(event.target as Element).matches(typing) && !document.querySelector('dialog[open]')) event.preventDefault();
  });
  // A slider that a hand has moved would keep the arrows of a remote control; one that was reached by keys does keep them.
  const onPointerUp = useEffectEvent(({ target }: PointerEvent) => {
    if (presenting && target instanceof HTMLElement && target.matches('input[type=range], [role=slider]')) target.blur();
  });
  useEffect(() => {
    const down = (event: KeyboardEvent) => onKeyDown(event);
    const up = (event: KeyboardEvent) => onKeyUp(event);
    const letGo = (event: PointerEvent) => onPointerUp(event);
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    addEventListener('pointerup', letGo);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      removeEventListener('pointerup', letGo);
    };
  }, []);
}
