import type { HubUse } from '../../../train/protocol';
import { writeAddress } from './address';
import { studio } from '../worker/client';
import { currentProject, hasPointer, projectPointer, setPointer, type LeftProject, type Pointer } from './current';
import * as database from './database';
import type { LinkedProject } from './linkedProject';
import { isLive, useRuns } from '../runs/runs';
import { dropWaiting, initialSettings, personal, settingsKey, settingsOf, settingsText, settleOn, useSettings, type Settings } from '../settings/settings';
import { livingTabs, tabId, tryAlone } from './tabs';
import { toast } from '../../kit/toast';
import { projectWords } from '../words/project';

/** Going from one project to another, and back. */

/** A run that goes on in any tab would write into a project that is not there any more. */
export const isBusy = (): boolean => useRuns.getState().runs.some((run) => isLive(run) && !run.deleted);

/** Makes a project the open one and loads the page again, so that nothing of the one before stays in any corner. */
export function enter(how: 'opened' | 'new', next: { id: string; settings: Settings; hub: HubUse[]; from?: LinkedProject }): void {
  const now = useSettings.getState();
  const mine = Object.fromEntries(personal.map((field) => [field, now[field]])) as Partial<Settings>;
  const previous: LeftProject = { id: currentProject(), settings: settingsText(now), hub: projectPointer().hub, from: projectPointer().from };
  const settings = { ...next.settings, ...mine };
  const before = projectPointer();
  keepPointer({ id: next.id, previous, how, hub: next.hub, from: next.from });
  try {
    put(settingsText(settings));
  } catch {
    keepPointer(before);
    put(previous.settings);
    throw new Error(projectWords.full);
  }
  try {
    sessionStorage.setItem(enteredKey, next.id);
  } catch {
    // The way back stands with the projects alone.
  }
  settleOn(settings);
  writeAddress();
  location.reload();
}

/** Changes which project is open. Throws where the browser stores nothing. */
export function keepPointer(pointer: Pointer): void {
  try {
    setPointer(pointer);
  } catch {
    throw new Error(projectWords.noStorage);
  }
}

function put(settings: string | null): void {
  dropWaiting();
  localStorage.setItem(settingsKey, settings ?? settingsText(initialSettings));
}

/** Set from a change of project to the page that is loaded for it. */
const enteredKey = 'fullrank.entered';

function hasJustEntered(): boolean {
  try {
    const entered = sessionStorage.getItem(enteredKey) !== null;
    sessionStorage.removeItem(enteredKey);
    return entered;
  } catch {
    return false;
  }
}

/** After a change of project: offers the way back. The project before stays until there is another one before, or it is given up. */
export function afterEntering(): void {
  const { previous, how } = projectPointer();
  // A page whose storage was lost in part deletes nothing.
  if (hasPointer()) tidy();
  if (previous && hasJustEntered()) toast(how === 'new' ? projectWords.begun : projectWords.opened, bringBack);
}

/** How long a page that was left may hold its lock, in milliseconds: one that stays longer is another tab. */
const LEAVING = 3000;

/** Says that the project is open in another tab too, and what that means. */
export async function tellOtherTabs(): Promise<void> {
  const before = await livingTabs();
  if (before.size < 2) return;
  await new Promise((go) => setTimeout(go, LEAVING));
  const stayed = [...(await livingTabs())].filter((tab) => tab !== tabId && before.has(tab));
  if (stayed.length > 0) toast(projectWords.alsoOpen);
}

/** Goes back to the project before, which a run that goes on stands in the way of. */
export function bringBack(): void {
  const { previous, how } = projectPointer();
  if (!previous) return;
  if (isBusy()) return void toast(projectWords.busy);
  setPointer({ id: previous.id, previous: null, how, hub: previous.hub, from: previous.from });
  put(previous.settings);
  // What is still to be written must be the old project's as well.
  settleOn(settingsOf(JSON.parse(previous.settings ?? '{}') as Record<string, unknown>));
  writeAddress();
  location.reload();
}

/** Deletes the project before. */
export function giveUp(): void {
  setPointer({ ...projectPointer(), previous: null });
  tidy();
}

/** The tidying of this tab that is going on, which holds the lock that opening a project needs. */
let tidying: Promise<unknown> = Promise.resolve();
export const tidied = (): Promise<unknown> => tidying;

function tidy(): void {
  // One after another: of two at once the second would find the lock taken, and opening would take that for another tab's.
  tidying = tidying.then(() => tryAlone('project', sweep)).catch(() => {});
}

/** Deletes what belongs to no project any more. */
export async function sweep(): Promise<void> {
  const { id, previous } = projectPointer();
  const stay = previous ? [id, previous.id] : [id];
  await Promise.all([database.sweepDatabases(stay).catch(() => {}), studio().sweepProjects(stay).catch(() => {})]);
}

/** A repository of the hub that was loaded, or is not wanted, is not asked about again. */
export function settleHub(id: string): void {
  const pointer = projectPointer();
  if (pointer.hub.some((one) => one.id === id)) setPointer({ ...pointer, hub: pointer.hub.filter((one) => one.id !== id) });
}
