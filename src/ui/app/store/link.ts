import * as z from 'zod/mini';
import { messageOf } from '../../../errors/errors';
import { plainText } from '../../../errors/text';
import { readCode } from '../../../records/class.meta';
import { lessonNames, movedLessons } from '../../lessons/names';
import { linkVersion, plainSettings } from '../../core/storage/address';
import { useAsked, type LinkProblem } from '../../core/storage/asked';
import { dataById, modelById, useCatalog } from '../../core/data/catalog';
import { projectPointer } from '../../core/storage/current';
import { methodFields, parseField, trainFields, type Field } from '../../core/settings/fields';
import { quietly } from '../../core/settings/history';
import { openChosen } from '../../core/data/open';
import { isSame, readLinked, type LinkedProject } from '../../core/storage/linkedProject';
import { changeSettings, initialSettings, personal, settingsOf, useSettings, type Settings, type Values } from '../../core/settings/settings';
import { allShown, canPresent, isPart, isView, useShown, type Shown } from '../../core/storage/shown';
import { toast } from '../../kit/toast';
import { shareWords } from '../../core/words/share';

/** Reads addresses. Whoever made one is unknown, so nothing of it counts before it is checked and bounded. */

export interface Link {
  /** Null when the address says nothing of settings. */
  settings: Settings | null;
  shown: Shown;
  problems: LinkProblem[];
  /** A project that it offers to open. */
  project?: LinkedProject;
}

const most = { text: 8000, entries: 120, name: 60, value: 2000, parts: 40 };
const schema = z.array(z.tuple([z.string().check(z.minLength(1), z.maxLength(most.name)), z.string().check(z.maxLength(most.value))])).check(z.maxLength(most.entries));
const part = z.coerce.number().check(z.int(), z.gte(1), z.lte(99));

/** Value of a field as it was written; undefined when it is none. */
function valueOf(field: Field, text: string): unknown {
  if (field.kind === 'boolean') return text === '1' ? true : text === '0' ? false : undefined;
  if (field.kind === 'choice') return field.choices?.includes(text) ? text : undefined;
  const checked = parseField(field, text);
  return checked.ok ? checked.value : undefined;
}

function plainValue(standard: unknown, text: string): unknown {
  if (typeof standard === 'boolean') return text === '1' ? true : text === '0' ? false : undefined;
  if (typeof standard === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  return text;
}

const listOf = (text: string): string[] => text.split(',').filter(Boolean);

/** Path and query of what stands behind a #; links of before the page had views are a query alone. */
function partsOf(hash: string): { path: string; query: string } {
  const [, path = '', query = ''] = /^#?(?:\/([^?]*)\??)?(.*)$/s.exec(hash) ?? [];
  // "#main" is a place on the page.
  return { path, query: query.includes('=') ? query : '' };
}

/** The view that a link without one is about. */
const viewOf = ({ settings, shown, project }: Link): Shown['view'] => (shown.lesson ? 'lessons' : shown.present || shown.room ? 'compare' : settings ? 'train' : project ? 'compare' : 'start');

/** Reads what stands behind the # of an address. Never throws; what is not understood is said and left out. */
export function parseLink(hash: string): Link {
  const { path, query } = partsOf(hash);
  const link = parseQuery(query);
  link.shown.view = isView(path) ? path : viewOf(link);
  if (path !== '' && !isView(path)) link.problems.push({ what: 'name', name: `/${path.slice(0, most.name)}`, value: '' });
  // What is presented or read has a view of its own.
  if (link.shown.lesson) link.shown.view = 'lessons';
  else link.shown.teacher = false;
  if (link.shown.teacher) link.shown.present = false;
  if (!link.shown.present) link.shown.slide = 0;
  if (link.shown.present && !canPresent(link.shown)) link.shown.view = 'compare';
  return link;
}

function parseQuery(text: string): Link {
  const link: Link = { settings: null, shown: { ...allShown, hide: [] }, problems: [] };
  if (text === '') return link;
  const entries = text.length <= most.text ? schema.safeParse([...new URLSearchParams(text)]) : null;
  if (!entries?.success) return { ...link, problems: [{ what: 'length', name: '', value: '' }] };

  const raw: Values & { train: Values; lr: Values; overrides: Record<string, Values> } = { train: {}, lr: {}, overrides: {} };
  const seen = new Map<string, string>(entries.data);
  let ofSettings = false;
  let partsBefore = 0;
  for (const [name, value] of seen) {
    const bad = (what: LinkProblem['what'] = 'value') => link.problems.push({ what, name, value: value.slice(0, 60) });
    const set = (values: Values, key: string, read: unknown) => (read === undefined ? bad() : (values[key] = read));
    const [head = '', tail = ''] = name.split(/\.(.*)/s);
    const ofMethod = Object.hasOwn(methodFields, head) ? methodFields[head]?.fields.find((one) => one.name === tail) : undefined;
    const field = trainFields.find((one) => one.name === name);
    ofSettings ||= !['hide', 'present', 'lesson', 'part', 'slide', 'teacher', 'class', 'board', 'project', 'sha256'].includes(name);
    if (name === 'v') {
      if (value !== String(linkVersion)) bad('version');
    } else if (name === 'hide') {
      const names = [...new Set(listOf(value))];
      link.shown.hide = names.filter(isPart).slice(0, most.parts);
      if (link.shown.hide.length < names.length) bad();
    } else if (name === 'present') link.shown.present = value === '1';
    else if (name === 'teacher') link.shown.teacher = value === '1';
    else if (name === 'board') {
      const isKey = /^[0-9a-f]{32}$/.test(value);
      link.shown.board = value === '1' || isKey;
      if (isKey) link.shown.key = value;
    }
    else if (name === 'class') {
      link.shown.room = readCode(value);
      if (!link.shown.room) bad();
    }
    else if (name === 'project') {
      const project = readLinked(value, seen.get('sha256') ?? '');
      if (project) link.project = project;
      else bad();
    } else if (name === 'sha256') {
      if (!seen.has('project')) bad('name');
    } else if (name === 'lesson') {
      const moved = Object.hasOwn(movedLessons, value) ? movedLessons[value] : undefined;
      if (moved) [link.shown.lesson, partsBefore] = [moved.to, moved.after];
      else if ((lessonNames as readonly string[]).includes(value)) link.shown.lesson = value;
      else bad();
    } else if (name === 'part' || name === 'slide') {
      const read = part.safeParse(value);
      if (read.success) link.shown[name] = read.data - 1;
      else if (name === 'slide' && value === 'last') link.shown.slide = Infinity;
      else bad();
    } else if ((plainSettings as string[]).includes(name)) set(raw, name, plainValue(initialSettings[name as keyof Settings], value));
    else if (name === 'methods' || name === 'targets') raw[name] = listOf(value);
    else if (name === 'pattern') raw.targets = value;
    else if (field) set(raw.train, name, valueOf(field, value));
    else if (head === 'lr' && Object.hasOwn(methodFields, tail)) set(raw.lr, tail, Number(value) > 0 ? Number(value) : undefined);
    else if (ofMethod) set((raw.overrides[head] ??= {}), tail, valueOf(ofMethod, value));
    else bad('name');
  }
  if (!link.shown.teacher) link.shown.part += partsBefore;
  if (!ofSettings) return link;
  if (raw.train.seed === 0) delete raw.train.seed;
  const settings = settingsOf(raw);
  // What the settings' own reader did not take is not possible either.
  for (const name of plainSettings) if (raw[name] !== undefined && settings[name] !== raw[name]) link.problems.push({ what: 'value', name, value: plainText(raw[name]).slice(0, 60) });
  for (const name of Array.isArray(raw.methods) ? (raw.methods as string[]) : []) if (!settings.methods.includes(name)) link.problems.push({ what: 'value', name: 'methods', value: name.slice(0, 60) });
  return { ...link, settings };
}

/** The settings of a link in this browser: what is the person's own stays, unless the link says otherwise. */
export function settingsOfLink(link: Settings, mine: Settings, given: string): Settings {
  const inLink = new URLSearchParams(partsOf(given).query);
  const own = Object.fromEntries(personal.filter((name) => !inLink.has(name)).map((name) => [name, mine[name]]));
  return { ...link, ...own, media: mine.media };
}

/** Goes back, or on, to what an entry of the browser's history had in sight; what it says of settings is as old as the entry. */
export const returnToLink = (hash: string): void => useShown.setState(parseLink(hash).shown);

/** Says why what a link chose cannot be looked for, and leaves the model and data that were there. */
const notOpened = ({ model, data }: Settings) => (error: unknown): void => {
  toast(messageOf(error));
  quietly(() => changeSettings({ model, data }));
};

/** Takes an address into use; a toast offers the way back where it changed anything. */
export function applyLink(hash: string): void {
  const link = parseLink(hash);
  const { lesson, part: at, slide } = useShown.getState();
  // Whoever writes another lesson over this one in the address means its beginning.
  const begins = link.shown.present && link.shown.lesson !== lesson && link.shown.part === at && link.shown.slide === slide;
  useShown.setState(begins ? { ...link.shown, part: 0, slide: 0 } : link.shown);
  const { project = null } = link;
  // One that is open already is not asked about.
  useAsked.setState({ problems: link.problems, wanted: [], project: isSame(project, projectPointer().from) ? null : project });
  if (!link.settings) return;
  const before = useSettings.getState();
  const { models, datasets } = useCatalog.getState();
  const wanted = settingsOfLink(link.settings, before, hash);
  // Empty is the first of the list, which the catalog fills in when it is there.
  const settings = { ...wanted, model: wanted.model || (models[0]?.id ?? ''), data: wanted.data || (datasets[0]?.id ?? '') };
  const given = [wanted.model && { kind: 'model' as const, id: wanted.model }, wanted.data && { kind: 'data' as const, id: wanted.data }].filter((one) => one !== '');
  useAsked.setState({ wanted: given, targets: wanted.targets, instead: { model: before.model, data: before.data } });
  const same = (Object.keys(initialSettings) as (keyof Settings)[]).every((name) => JSON.stringify(settings[name]) === JSON.stringify(before[name]) || ((name === 'model' || name === 'data') && wanted[name] === ''));
  if (same) return;
  useSettings.setState(settings);
  // Kept copies, what the hub's cache has, and bundled texts are not open before they are chosen; what is not here at all is not chosen.
  if (models.length > 0 && !(modelById({ models }, settings.model) && dataById({ datasets }, settings.data))) openChosen().catch(notOpened(before));
  // In a browser that never saw the page there is nothing to go back to.
  if (before.model !== '') toast(shareWords.used, () => useSettings.setState(before));
}
