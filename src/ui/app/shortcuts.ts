import { useEffect, useRef } from 'react';
import { defined } from '../../numbers/defined';
import { keyActionOf, presses, typing, viewKeys } from '../core/settings/keys';
import { redo, undoNewest } from '../core/settings/history';
import { toggleNumbered } from '../compare/store/numbered';
import { runById, useRuns } from '../core/runs/runs';
import { changeSettings, useSettings } from '../core/settings/settings';
import { goBack, isStaged, useShown } from '../core/storage/shown';
import { continueRun, pauseRun, startQueue, stepRun, stopRun } from '../core/runs/trainer';

/** Elements on which Ctrl Enter has a meaning of its own: it sends a form, takes a text of several lines, or opens a link beside; not the link to the view in sight, on which the focus stays once it was followed. */
const ownChord = 'form *, textarea, [contenteditable], a:not([aria-current])';

/** Time within which the letter of a view may follow a G, in milliseconds. */
const secondKey = 1500;

/** Starts what waits or, where nothing does, what is chosen. */
function startOr(start: () => void): void {
  const { current, runs } = useRuns.getState();
  if (runById(current)) return;
  if (runs.some((one) => one.state === 'waiting' && !one.deleted)) void startQueue();
  else start();
}

/** Keys of the whole page. While something is typed only Ctrl Enter acts, and single letters can be switched off. */
export function useShortcuts({ start, blocked, showKeys }: { start: () => void; blocked: boolean; showKeys: () => void }): void {
  // When G was pressed, in milliseconds; it stays where the page is drawn anew between two keys.
  const gone = useRef(-Infinity);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.defaultPrevented) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
        if (!target.matches(typing) && (event.shiftKey ? redo() : undoNewest())) event.preventDefault();
        return;
      }
      if (event.ctrlKey && event.key.toLowerCase() === 'y') {
        if (!target.matches(typing) && redo()) event.preventDefault();
        return;
      }
      if (document.querySelector('dialog[open]')) return;
      const { view } = useShown.getState();
      const inTrain = view === 'train';
      const action = keyActionOf(event, isStaged(useShown.getState()));
      // A field has taken what was typed in it by now; one that could not has prevented this.
      if (action === 'start' && inTrain && !target.matches(ownChord)) {
        event.preventDefault();
        if (!event.repeat) startOr(() => !blocked && start());
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || !useSettings.getState().shortcuts || target.matches(typing)) return;
      const letter = event.key.toLowerCase();
      const second = event.timeStamp - gone.current < secondKey;
      gone.current = letter === 'g' ? event.timeStamp : -Infinity;
      if (second && Object.hasOwn(viewKeys, letter)) return goBack(defined(viewKeys[letter]));
      const { current } = useRuns.getState();
      const state = runById(current)?.state;
      // Elsewhere, and where nothing runs, Space scrolls, as on every page.
      if (action === 'run' && inTrain && (state === 'running' || state === 'paused') && !target.matches(presses)) {
        event.preventDefault();
        if (!event.repeat) void (state === 'paused' ? continueRun() : pauseRun());
      } else if (action === 'step' && state === 'paused') void stepRun();
      else if (action === 'stop' && (state === 'running' || state === 'paused')) stopRun();
      else if (action === 'log') changeSettings({ logLoss: !useSettings.getState().logLoss });
      else if (action === 'help') showKeys();
      // Only there runs have lines.
      else if (typeof action === 'number' && (inTrain || view === 'compare')) toggleNumbered(action);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [start, blocked, showKeys]);
}
