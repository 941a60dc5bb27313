import { create } from 'zustand';

/** The sheet that says how a class is started and joined. */
export const useClassStart = create<{ open: boolean }>()(() => ({ open: false }));

export const showClassStart = (): void => useClassStart.setState({ open: true });
export const hideClassStart = (): void => useClassStart.setState({ open: false });
