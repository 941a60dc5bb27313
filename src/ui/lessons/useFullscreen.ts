import { useEffect, useRef, useState } from 'react';
import { leaveStage } from '../core/storage/shown';

/** The whole screen for a presentation, where the browser has it. */
export interface Fullscreen {
  on: boolean;
  toggle: () => void;
}

const isFull = (): boolean => document.fullscreenElement !== null;

/** Gives the screen back. */
export const leaveFullscreen = (): void => void (isFull() && document.exitFullscreen().catch(() => {}));

/** Null where the browser has no such thing. Escape, which browsers take to leave the full screen, ends the presentation as well. */
export function useFullscreen(): Fullscreen | null {
  const [on, setOn] = useState(isFull);
  const byButton = useRef(false);
  useEffect(() => {
    const changed = () => {
      setOn(isFull());
      if (!isFull() && !byButton.current) leaveStage();
      byButton.current = false;
    };
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  if (!document.fullscreenEnabled) return null;
  const toggle = () => {
    byButton.current = isFull();
    if (isFull()) leaveFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  };
  return { on, toggle };
}
