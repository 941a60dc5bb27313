import { create } from 'zustand';

export interface ToastEntry {
  id: number;
  text: string;
  /** Time at which it was shown, in milliseconds. */
  at: number;
  undo?: () => void;
  /** Does again what was just taken back. */
  redo?: () => void;
}

export const useToasts = create<{ toasts: ToastEntry[] }>()(() => ({ toasts: [] }));

let next = 1;
/** More would cover the page; the oldest go first. */
const most = 3;

/** Says something short; with `undo` it offers the way back, with `redo` the way forth again. Its id. */
export function toast(text: string, undo?: () => void, redo?: () => void): number {
  const entry = { id: next++, text, at: Date.now(), undo, redo };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, entry] }));
  const { toasts } = useToasts.getState();
  for (const { id } of toasts.slice(0, -most)) closeToast(id);
  return entry.id;
}

/** Says one thing at a time: each takes the place of the one before, which is true no more. */
export function voice(): { say: (...what: Parameters<typeof toast>) => void; hush: () => void } {
  let last = 0;
  const hush = () => closeToast(last);
  return { hush, say: (...what) => (hush(), void (last = toast(...what))) };
}

/** Ends a toast: by undo, or because its time is over. */
export function closeToast(id: number, undone = false): void {
  const entry = useToasts.getState().toasts.find((one) => one.id === id);
  if (!entry) return;
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
  if (undone) entry.undo?.();
}
