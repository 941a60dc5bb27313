import { create } from 'zustand';

/** The sheets that are open, by the ids of their titles; the last one lies over all. */
export const useSheets = create<{ open: string[] }>()(() => ({ open: [] }));

/** Notes that a sheet is open; what it returns notes that it is not any more. */
export function openSheet(id: string): () => void {
  useSheets.setState(({ open }) => ({ open: [...open, id] }));
  return () => useSheets.setState(({ open }) => ({ open: open.filter((one) => one !== id) }));
}
