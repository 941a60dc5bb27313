import { create } from 'zustand';
import { currentLink, forOthers } from '../storage/address';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { useSettings } from './settings';
import { canPresent, useShown, type Shown } from '../storage/shown';

/** The sheet that makes a link. */
export const useShare = create<{ open: boolean; present: boolean }>()(() => ({ open: false, present: false }));

export const showShare = (): void => useShare.setState({ open: true, present: useShown.getState().present });
export const hideShare = (): void => useShare.setState({ open: false });

/** The link that the sheet offers. */
export function sharedLink(): string {
  const now = useShown.getState();
  const { present } = useShare.getState();
  const shown: Shown = { ...now, present, view: present && !canPresent(now) ? 'compare' : now.view };
  return forOthers(currentLink(shown));
}

/** True where the link asks for a model or data that only this browser has. */
export function needsOwn(): boolean {
  const { model, data } = useSettings.getState();
  const catalog = useCatalog.getState();
  return [modelById(catalog, model), dataById(catalog, data)].some((one) => one !== undefined && !one.builtin && !one.id.includes('/'));
}
