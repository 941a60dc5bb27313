import { create } from 'zustand';

export interface ToastEntry {
  id: number;
  text: string;
  undo?: () => void;
  /** Called when the toast goes away without undo. */
  done?: () => void;
}

export const useToasts = create<{ toasts: ToastEntry[] }>()(() => ({ toasts: [] }));

let next = 1;
/** More would cover the page; the oldest go first. */
const most = 3;

/** Says something short; with `undo` it offers the way back. */
export function toast(text: string, undo?: () => void, done?: () => void): void {
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, { id: next++, text, undo, done }] }));
  const { toasts } = useToasts.getState();
  for (const { id } of toasts.slice(0, -most)) closeToast(id);
}

/** Ends a toast: by undo, or because its time is over. */
export function closeToast(id: number, undone = false): void {
  const entry = useToasts.getState().toasts.find((one) => one.id === id);
  if (!entry) return;
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
  if (undone) entry.undo?.();
  else entry.done?.();
}

/** Undoes the newest thing that can be undone. True when there was one. */
export function undoLast(): boolean {
  const entry = useToasts.getState().toasts.findLast((one) => one.undo);
  if (entry) closeToast(entry.id, true);
  return entry !== undefined;
}
