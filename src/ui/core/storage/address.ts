import { create } from 'zustand';
import { plainText } from '../../../errors/text';
import { defined } from '../../../numbers/defined';
import { useAsked } from './asked';
import { useCatalog } from '../data/catalog';
import { projectPointer } from './current';
import type { LinkedProject } from './linkedProject';
import { initialSettings, useSettings, type Settings, type Values } from '../settings/settings';
import { useShown, type Shown, type ViewName } from './shown';

/**
 * The page's state in its address, behind the #: the view as a path, and as a query only what differs from the defaults.
 * `link.ts` reads it.
 */

export const linkVersion = 1;

/**
 * Settings that no link carries: keys, the name and where one pushes to are the person's own, and an address of a mirror would let a link say to whom an
 * access token is sent.
 */
export const notInLinks = ['shortcuts', 'hubEndpoint', 'hubRepository', 'person', 'media'] as const satisfies (keyof Settings)[];

/** Settings of one value, which go by their own names. */
export const plainSettings = (Object.keys(initialSettings) as (keyof Settings)[]).filter((name) => typeof initialSettings[name] !== 'object' && !(notInLinks as readonly string[]).includes(name));

const text = (value: unknown): string => plainText(typeof value === 'boolean' ? Number(value) : value);

/** Choice of a page that was never touched. */
export interface FirstChoice {
  model: string;
  data: string;
}

/** Names and values of everything that differs from the defaults; `seed` is always among them, and the version leads. */
export function linkEntries(settings: Settings, shown: Shown, first: FirstChoice, project: LinkedProject | null = null): [string, string][] {
  const standard: Values = { ...initialSettings, ...first };
  const entries: [string, string][] = plainSettings.flatMap((name): [string, string][] => (settings[name] === standard[name] || settings[name] === '' ? [] : [[name, text(settings[name])]]));
  if (settings.methods.join() !== initialSettings.methods.join()) entries.push(['methods', text(settings.methods)]);
  if (settings.targets.length > 0) entries.push([typeof settings.targets === 'string' ? 'pattern' : 'targets', text(settings.targets)]);
  for (const [name, value] of Object.entries(settings.train)) if (name !== 'seed') entries.push([name, text(value)]);
  for (const [method, value] of Object.entries(settings.lr)) entries.push([`lr.${method}`, text(value)]);
  for (const [method, values] of Object.entries(settings.overrides)) for (const [name, value] of Object.entries(values)) entries.push([`${method}.${name}`, text(value)]);
  if (shown.hide.length > 0) entries.push(['hide', text(shown.hide)]);
  if (shown.present) entries.push(['present', '1']);
  if (shown.lesson) entries.push(['lesson', shown.lesson]);
  if (shown.part > 0) entries.push(['part', text(shown.part + 1)]);
  if (shown.slide > 0) entries.push(['slide', shown.slide === Infinity ? 'last' : text(shown.slide + 1)]);
  if (shown.teacher) entries.push(['teacher', '1']);
  if (shown.room) entries.push(['class', shown.room]);
  if (shown.room && shown.board) entries.push(['board', '1']);
  if (project) entries.push(['project', project.said], ...(project.sha256 ? [['sha256', project.sha256] as [string, string]] : []));
  return [['v', text(linkVersion)], ['seed', text(settings.train.seed ?? 0)], ...entries];
}

/** The part of an address after its #. Commas, slashes and colons are allowed there and stay readable. */
export const linkText = (entries: [string, string][], view: ViewName): string => {
  const query = new URLSearchParams(entries).toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
  return `/${view}${query && `?${query}`}`;
};

const firstChoice = (): FirstChoice => {
  const { models, datasets } = useCatalog.getState();
  return { model: models[0]?.id ?? '', data: datasets[0]?.id ?? '' };
};

/** The project that a link to this page opens: one that waits for a yes, or the open one where it lies online. */
export const linkedProject = (): LinkedProject | null => useAsked.getState().project ?? projectPointer().from ?? null;

const withHash = (hash: string): string => `${location.origin}${location.pathname}${hash}`;

/** Where others reach this page, as the server of the class says that it belongs to; empty outside of one. A teacher's own is often localhost. */
export const useReach = create<{ base: string }>()(() => ({ base: '' }));

/** A link to this page as others can open it. */
export const forOthers = (link: string): string => new URL(link.slice(link.indexOf('#')), useReach.getState().base || link).href;

/** The address of the page as it is, and with something else in sight. */
export const currentLink = (shown: Shown = useShown.getState()): string => withHash(`#${linkText(linkEntries(useSettings.getState(), shown, firstChoice(), linkedProject()), shown.view)}`);

/** The address of a lesson for one of several groups, with a seed that no other has. */
export const groupLink = (lesson: string, seed: number): string => withHash(`#${linkText([['seed', String(seed)], ['lesson', lesson]], 'lessons')}`);

/** The address of one part of a lesson, or of its page for teachers: without any settings, as a class is given it. */
export const lessonLink = (lesson: string, part: number | 'teacher' = 0): string => withHash(`#${linkText([['lesson', lesson], ...(part === 'teacher' ? [['teacher', '1'] as [string, string]] : part > 0 ? [['part', String(part + 1)] as [string, string]] : [])], 'lessons')}`);

/** Marks the entries of the browser's history that this page wrote: going back to one goes back to its view, not to its settings. */
const own = { page: true };
export const isOwn = (state: unknown): boolean => (state as typeof own | null)?.page === true;

/** The state as the address has it. */
function hashNow(shown: Shown): string {
  const entries = linkEntries(useSettings.getState(), shown, firstChoice(), linkedProject());
  const untouched = entries.length === 2 && defined(entries[1])[1] === '0';
  return untouched && shown.view === 'start' ? '' : `#${linkText(untouched ? [] : entries, shown.view)}`;
}

/** Writes the state into the address, as a new entry of the history where one has gone elsewhere; a page that was never touched keeps it empty. */
export function writeAddress(gone = false): void {
  dropWrite();
  if (isNewer()) return;
  written = performance.now();
  const hash = hashNow(useShown.getState());
  if (gone && hash !== location.hash) history.pushState(own, '', withHash(hash));
  else if (hash !== location.hash || !isOwn(history.state)) history.replaceState(own, '', withHash(hash));
  known = location.hash;
}
/** The address that the page has written or heard of last. */
let known = '';
/** Number of addresses being taken over. */
let taking = 0;

/** True if somebody has gone to an address that the page has not taken over yet: it counts, not what the page would write. */
const isNewer = (): boolean => taking > 0 || location.hash !== known;

function dropWrite(): void {
  clearTimeout(timer);
  timer = 0;
}

let timer = 0;
let written = -Infinity;
/** Browsers allow a few changes of the address a second. */
const every = 300;

/**
 * Storage key of the address that a page leaves for this tab: it may not be written yet, and a browser that loads the page again at once
 * has neither heard of what was written last nor of its mark.
 */
const leftKey = 'fullrank.address';

/** Hash that the page was opened with: its address's, or the one it had when this tab left it to load it again. */
export function openedHash(): string {
  let left: string | null = null;
  try {
    left = sessionStorage.getItem(leftKey);
    sessionStorage.removeItem(leftKey);
  } catch {
    // A forbidden storage: what was changed in the last moment is not there.
  }
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return left !== null && (navigation?.type === 'reload' || isOwn(history.state)) ? left : location.hash;
}

function keepLeft(): void {
  try {
    sessionStorage.setItem(leftKey, isNewer() ? location.hash : hashNow(useShown.getState()));
  } catch {
    // As above.
  }
}

/** Nothing of this page may stay in the address, as when another project is opened. */
export function clearAddress(): void {
  dropWrite();
  removeEventListener('pagehide', keepLeft);
  history.replaceState(own, '', withHash(''));
  known = '';
}

/**
 * Takes over an address that somebody has gone to. Nothing is written over it before `work` has read it, and what then
 * differs from it stands in its place, not in an entry behind it.
 */
export async function takeAddress(work: () => Promise<void>): Promise<void> {
  taking++;
  try {
    await work();
  } finally {
    taking--;
    writeAddress();
  }
}

/** Follows settings and view. */
export function followAddress(): void {
  const hear = () => (known = location.hash);
  const soon = () => (timer ||= window.setTimeout(writeAddress, Math.max(0, written + every - performance.now())));
  hear();
  writeAddress();
  addEventListener('popstate', hear);
  addEventListener('pagehide', keepLeft);
  useSettings.subscribe(soon);
  useShown.subscribe((now, before) => {
    if (now.view !== before.view || now.lesson !== before.lesson || now.present !== before.present || now.teacher !== before.teacher) writeAddress(true);
    else soon();
  });
  useAsked.subscribe((now, before) => now.project !== before.project && soon());
  // Which model and data are the first is known with the catalog.
  useCatalog.subscribe((now, before) => {
    if (now.models !== before.models || now.datasets !== before.datasets) soon();
  });
}
