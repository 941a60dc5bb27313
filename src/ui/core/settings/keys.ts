import type { ViewName } from '../storage/shown';

/** The view that a letter goes to when it follows a G. */
export const viewKeys: Readonly<Record<string, ViewName>> = { s: 'start', t: 'train', c: 'compare', l: 'landscape', i: 'inside', y: 'try', e: 'lessons' };

/** Action of a key on the whole page: for the runs, for a chart's axis, for the stage of lessons and presentations, or the run of that number. */
export type KeyAction = 'start' | 'run' | 'step' | 'stop' | 'log' | 'help' | 'next' | 'back' | 'first' | 'last' | 'blank' | 'screen' | 'leave' | number;

/**
 * The action of a key; null where it has none. On the stage keys turn pages, as everywhere where something is presented, and
 * none of them touches a run: a remote control must not start training.
 */
export function keyActionOf({ key, shiftKey = false, ctrlKey = false, metaKey = false }: { key: string; shiftKey?: boolean; ctrlKey?: boolean; metaKey?: boolean }, staged: boolean): KeyAction | null {
  // Minutes of training begin by a chord that nobody presses to scroll or by accident.
  if (ctrlKey || metaKey) return key === 'Enter' && !staged ? 'start' : null;
  const small = key.length === 1 ? key.toLowerCase() : key;
  if (small === 'l') return 'log';
  if (small === '?') return 'help';
  if (staged) {
    if (small === ' ') return shiftKey ? 'back' : 'next';
    if (small === 'ArrowRight' || small === 'PageDown') return 'next';
    if (small === 'ArrowLeft' || small === 'PageUp') return 'back';
    return ({ Home: 'first', End: 'last', b: 'blank', f: 'screen', Escape: 'leave' } as const)[small] ?? null;
  }
  if (small === ' ') return 'run';
  if (small === 's') return 'step';
  if (small === '.') return 'stop';
  return /^[1-9]$/.test(small) ? Number(small) : null;
}

/** Elements that text is typed into. */
export const typing = 'input:not([type=checkbox]), textarea, select, [contenteditable]';
/** Elements that Space presses or types into. */
export const presses = `${typing}, button, a, summary, input, [role=slider]`;
