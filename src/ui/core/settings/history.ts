import { messageOf } from '../../../errors/errors';
import { formatCount, formatSetting, partsOf } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { useCatalog } from '../data/catalog';
import { fieldWords, methodFields, trainFields } from './fields';
import { personal, useSettings, type Settings, type Values } from './settings';
import { settingWords } from '../runs/settingWords';
import { closeToast, toast, useToasts, voice, type ToastEntry } from '../../kit/toast';
import { undoWords } from '../words/share';

/** Changes made in this visit, to settings and to data, in their order, so that all of them can be taken back. */

interface Entry {
  at: number;
  /** Takes it back, says so, and leaves the way forth again; false where that changes nothing. */
  back: () => boolean;
  /** Of a change of settings: those before it, and what changed; changes of the same thing in quick succession, as by a slider, are one. */
  settings?: { before: Settings; keys: string };
  action?: UndoableAction;
}

/** An action that is no change of settings, with what takes it back and does it again; each is false where it could not be done. */
export interface UndoableAction {
  text: string;
  /** Text of the toast when it is done, if it is more than the action's name. */
  toastText?: string;
  back: () => Promise<boolean>;
  again: () => Promise<boolean>;
}

const most = 200;
/** Milliseconds within which changes of the same thing are one. */
const MERGE_MS = 900;
let past: Entry[] = [];
/** Each is false where it changes nothing. */
let future: (() => boolean)[] = [];
let moving = false;
/** Announces the place in the history: what was undone or redone last. */
const step = voice();

/** Settings whose change is no action: the person's own, and those remembered for the medium that is not in sight. */
const kept = [...personal, 'media'] as const;
const own = new Set<string>(kept);
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of all settings that differ, as "budget", "train.steps", "overrides.lora.r"; what is no action is left out. */
export function changedPaths(from: Values, to: Values, prefix = ''): string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
    if (prefix === '' && own.has(name)) return [];
    const [a, b] = [from[name], to[name]];
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    return isValues(a ?? {}) && isValues(b ?? {}) ? changedPaths((a ?? {}) as Values, (b ?? {}) as Values, `${prefix}${name}.`) : [prefix + name];
  });
}

const at = (settings: Settings, path: string): unknown => path.split('.').reduce<unknown>((value, name) => (isValues(value) ? value[name] : undefined), settings);

/** Methods that came and went: "Methods + LoRA − VeRA". */
function methodsChanged(before: readonly string[], after: readonly string[]): string {
  const titles = (methods: readonly string[], sign: string) => methods.map((method) => `${sign} ${methodLook(method).title}`);
  return [undoWords.names.methods, ...titles(after.filter((one) => !before.includes(one)), '+'), ...titles(before.filter((one) => !after.includes(one)), '−')].join(' ');
}

/** A change of a setting in words, with the value that it gave: "Steps 40", "LoRA r 8". */
function describe(path: string, before: Settings, settings: Settings): string {
  if (path === 'methods') return methodsChanged(before.methods, settings.methods);
  const [head = '', name = '', setting = ''] = path.split('.');
  const value = at(settings, path);
  const ofTraining = head === 'train' && value !== undefined ? trainFields.find((one) => one.name === name) : undefined;
  if (ofTraining) return `${ofTraining.label} ${fieldWords(ofTraining, value)}`;
  const shown = value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0) ? undoWords.standard : typeof value === 'number' && value >= 1000 ? formatCount(value) : formatSetting(value);
  const titleOf = () => methodLook(name).title;
  const field = (name: string) => trainFields.find((one) => one.name === name)?.label ?? name;
  if (head === 'train') return `${field(name)} ${shown}`;
  if (head === 'lr') return `${field('lr')} ${titleOf()} ${shown}`;
  const own = head === 'overrides' ? methodFields[name]?.fields.find((one) => one.name === setting) : undefined;
  if (head === 'overrides') return `${titleOf()} ${own?.label ?? setting} ${own && value !== undefined ? fieldWords(own, value) : shown}`;
  return `${undoWords.names[head] ?? head} ${settingWords(head as keyof Settings, settings[head as keyof Settings])}`;
}

/** Says the change from one state to the other, with the way back or forth; false where there is none. */
function say(text: (what: string) => string, from: Settings, to: Settings, undo?: () => void, redo?: () => void): boolean {
  const paths = changedPaths({ ...from }, { ...to });
  if (paths.length === 0) return false;
  const first = partsOf(paths.slice(0, 2).map((path) => describe(path, from, to)));
  step.say(text(inner(paths.length > 2 ? `${first} ${undoWords.more(paths.length - 2)}` : first)), undo, redo);
  return true;
}

/** Quotes within those that stand around what was undone. */
const inner = (text: string): string => text.replaceAll('“', '‘').replaceAll('”', '’');

const push = (entry: Entry): void => void (past = [...past.slice(1 - most), entry]);

/** A change of settings as it is taken back and done again. */
function settingsEntry(before: Settings, keys: string): Entry {
  const back = () => {
    const now = useSettings.getState();
    move(before);
    // What is named is what was undone. Nothing was where its model or its data are gone.
    if (!say(undoWords.undone, useSettings.getState(), now, undefined, redo)) return false;
    future.push(() => {
      const was = useSettings.getState();
      move(now);
      const entry = settingsEntry(was, '');
      if (!say(undoWords.redone, was, useSettings.getState(), () => takeBack(entry))) return false;
      push(entry);
      return true;
    });
    return true;
  };
  return { at: Date.now(), back, settings: { before, keys } };
}

function actionEntry(action: UndoableAction): Entry {
  const { text, back, again } = action;
  const toastText = (action: Promise<boolean>, say: () => void) => void action.then((done) => done && say(), (error: unknown) => toast(messageOf(error)));
  const redoAction = () => {
    const entry = actionEntry(action);
    push(entry);
    toastText(again(), () => step.say(undoWords.redone(inner(text)), () => takeBack(entry)));
    return true;
  };
  const undoAction = () => {
    future.push(redoAction);
    toastText(back(), () => step.say(undoWords.undone(inner(text)), undefined, redo));
    return true;
  };
  return { at: Date.now(), back: undoAction, action };
}

/** Says what was done, with its way back, which stays when the words have gone. */
export function remember(action: UndoableAction): void {
  const entry = actionEntry(action);
  push(entry);
  future = [];
  step.hush();
  toast(action.toastText ?? action.text, () => takeBack(entry));
}

/** Leaves no way back from an action. */
export function forget(action: UndoableAction): void {
  past = past.filter((one) => one.action !== action);
  for (const { id, undo, text } of useToasts.getState().toasts) if (undo && text === (action.toastText ?? action.text)) closeToast(id);
}

/** Remembers changes of settings from now on. */
export function followHistory(): void {
  useSettings.subscribe((now, before) => {
    // The page fills in the first model and data by itself.
    if (moving || before.model === '' || before.data === '') return;
    const keys = changedPaths({ ...before }, { ...now }).join(' ');
    if (keys === '') return;
    const last = past.at(-1);
    // What takes the last change back, as a toast does, leaves nothing of it.
    if (last?.settings && changedPaths({ ...last.settings.before }, { ...now }).length === 0) past.pop();
    else if (last?.settings?.keys === keys && Date.now() - last.at < MERGE_MS) last.at = Date.now();
    else push(settingsEntry(before, keys));
    future = [];
    step.hush();
  });
}

/** The model and the data of settings, or those of now where this browser has them no more. */
function atHand(to: Settings, now: Settings): Pick<Settings, 'model' | 'data'> {
  const { models, datasets } = useCatalog.getState();
  const gone = (all: readonly { id: string }[], id: string) => all.length > 0 && !all.some((one) => one.id === id);
  return { model: gone(models, to.model) ? now.model : to.model, data: gone(datasets, to.data) ? now.data : to.data };
}

/** Settings to go to, with what is no action as it is now. */
function move(to: Settings): void {
  const now = useSettings.getState();
  moving = true;
  useSettings.setState({ ...to, ...atHand(to, now), ...(Object.fromEntries(kept.map((name) => [name, now[name]])) as Partial<Settings>) });
  moving = false;
}

/** Changes settings for a moment, as for a list of runs: nothing of it is remembered. */
export function quietly(action: () => void): void {
  const before = moving;
  moving = true;
  try {
    action();
  } finally {
    // An action that is undone may bring another about.
    moving = before;
  }
}

function takeBack(entry: Entry): boolean {
  past = past.filter((one) => one !== entry);
  return entry.back();
}

/** The toast that offers the way back from the newest action; undefined where that action has none any more. */
export function newestUndoable(): ToastEntry | undefined {
  const entry = past.at(-1);
  const newest = useToasts.getState().toasts.findLast((one) => one.undo);
  return newest && entry && newest.at < entry.at ? undefined : newest;
}

/** Takes back the newest action: of the settings, of the data, or one that a toast speaks of. True when there was one. */
export function undoNewest(): boolean {
  for (;;) {
    const newest = newestUndoable();
    if (newest) {
      closeToast(newest.id, true);
      return true;
    }
    const entry = past.at(-1);
    // One that changes nothing is passed over.
    if (!entry || takeBack(entry)) return entry !== undefined;
  }
}

/** Does again what was just taken back. True when there was something. */
export function redo(): boolean {
  // What offered it is of the past.
  step.hush();
  for (let next = future.pop(); next; next = future.pop()) if (next()) return true;
  return false;
}

/** Forgets everything; for tests, and where another project begins. */
export function forgetHistory(): void {
  past = [];
  future = [];
}
