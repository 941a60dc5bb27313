import { create } from 'zustand';

export interface ToastEntry {
  id: number;
  text: string;
  /** When it was said, in milliseconds. */
  at: number;
  undo?: () => void;
  /** Does again what was just taken back. */
  redo?: () => void;
}

export const useToasts = create<{ toasts: ToastEntry[] }>()(() => ({ toasts: [] }));

let next = 1;
/** More would cover the page; the oldest go first. */
const most = 3;

/** Says something short; with `undo` it offers the way back, with `redo` the way forth again. */
export function toast(text: string, undo?: () => void, redo?: () => void): void {
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.filter((one) => !(redo && one.redo)), { id: next++, text, at: Date.now(), undo, redo }] }));
  const { toasts } = useToasts.getState();
  for (const { id } of toasts.slice(0, -most)) closeToast(id);
}

/** Ends a toast: by undo, or because its time is over. */
export function closeToast(id: number, undone = false): void {
  const entry = useToasts.getState().toasts.find((one) => one.id === id);
  if (!entry) return;
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
  if (undone) entry.undo?.();
}

/** Undoes the newest thing that can be undone. True when there was one. */
export function undoLast(): boolean {
  const entry = useToasts.getState().toasts.findLast((one) => one.undo);
  if (entry) closeToast(entry.id, true);
  return entry !== undefined;
}
