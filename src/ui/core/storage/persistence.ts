import { create } from 'zustand';

/** True if the browser has promised not to clear this page's storage by itself; null if nobody has asked it. */
export const usePersistence = create<{ promised: boolean | null }>()(() => ({ promised: null }));

let asked = false;

/** Asks for that promise, once, when something is kept. Firefox passes the question on to the person; without an answer there is none. */
export async function askToPersist(): Promise<void> {
  if (asked) return;
  asked = true;
  const tell = (promised: boolean) => usePersistence.setState({ promised });
  const refused = () => false;
  const { storage } = navigator;
  tell((await storage?.persisted?.().catch(refused)) ?? false);
  tell((await storage?.persist?.().catch(refused)) ?? false);
}
