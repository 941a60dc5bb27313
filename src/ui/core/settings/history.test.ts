import { beforeEach, expect, test, vi } from 'vitest';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { useCatalog } from '../data/catalog';
import { changedPaths, followHistory, forgetHistory, newestUndoable, redo, remember, undoNewest } from './history';
import { changeSettings, initialSettings, setOverride, setTrain, useSettings, type Settings } from './settings';
import { closeToast, toast, useToasts } from '../../kit/toast';

followHistory();
beforeEach(() => {
  vi.useFakeTimers({ now: 1e12 });
  useSettings.setState({ ...initialSettings });
  useSettings.setState({ model: 'vit-nano', data: 'fashion-mnist' });
  forgetHistory();
  for (const { id } of useToasts.getState().toasts) closeToast(id);
});
const later = () => vi.setSystemTime(Date.now() + 5000);
const lastToast = () => useToasts.getState().toasts.at(-1)?.text;

test('each change is taken back by itself, with its name, and done again', () => {
  setTrain('steps', 40);
  later();
  setOverride('lora', 'r', 4);
  later();
  expect(undoNewest()).toBe(true);
  expect(useSettings.getState().overrides.lora).toBe(undefined);
  expect(lastToast()).toMatch(/^Undid “LoRA/);
  undoNewest();
  expect(useSettings.getState().train).toEqual({});
  expect(lastToast()).toBe('Undid “Steps 40”');
  expect(undoNewest()).toBe(false);
  expect(redo()).toBe(true);
  expect(useSettings.getState().train).toEqual({ steps: 40 });
  redo();
  expect(useSettings.getState().overrides.lora).toEqual({ r: 4 });
  expect(redo()).toBe(false);
  // No toast goes on offering it.
  expect(useToasts.getState().toasts.some((one) => one.redo)).toBe(false);
});

test('of methods it is said which came and which went', () => {
  changeSettings({ methods: initialSettings.methods.slice(1) });
  undoNewest();
  expect(lastToast()).toBe(`Undid “Methods − ${methodLook(defined(initialSettings.methods[0])).title}”`);
});

test('a setting is named in the words of the page, never by a name of the program', () => {
  // What is named is what was undone.
  const plain = (name: keyof Settings, undone: Settings[keyof Settings], before: Settings[keyof Settings]) => {
    useSettings.setState({ [name]: before });
    forgetHistory();
    changeSettings({ [name]: undone });
    undoNewest();
    return lastToast();
  };
  expect(plain('chartX', 'images_per_second', 'memory')).toBe('Undid “X of any two quantities: pictures/s”');
  expect(plain('match', 'time', 'memory')).toBe('Undid “Match by Work”');
  expect(plain('group', 'who', 'seed')).toBe('Undid “Group runs by person”');
  expect(plain('sort', '-accuracy', '')).toBe('Undid “Sort by test accuracy, %, largest first”');
  expect(plain('curves', 'loss,grad_norm', 'loss')).toBe('Undid “Live plots Loss and Gradient norm”');
  expect(plain('landscapeRange', 'paper', 'near')).toBe('Undid “Part of the plane wide, RandLoRA paper”');
  expect(plain('landscapeOn', 'both', 'val')).toBe('Undid “Measured on training and validation”');
  expect(plain('targets', 'all-linear', ['query'])).toBe('Undid “Adapted layers All linear layers”');
  expect(plain('maxWork', 0, 1.5)).toBe('Undid “Most work of a method no limit”');
  expect(plain('smoothing', 0, 0.5)).toBe('Undid “Smoothing 0”');
  expect(plain('findRates', true, false)).toBe('Undid “Find learning rates on”');
});

test('a slider that is drawn is one change; what is the person\'s own is none', () => {
  for (let budget = 1; budget <= 50; budget++) changeSettings({ budget });
  later();
  changeSettings({ theme: 'dark' });
  undoNewest();
  expect(useSettings.getState()).toMatchObject({ budget: 0, theme: 'dark' });
  expect(undoNewest()).toBe(false);
});

test('the newest action goes first, whether a toast speaks of it or not; a toast that takes a change back leaves nothing of it', () => {
  setTrain('steps', 40);
  later();
  let deleted = true;
  toast('Deleted a run', () => (deleted = false));
  later();
  setTrain('batch', 8);
  later();
  undoNewest();
  expect([useSettings.getState().train, deleted]).toEqual([{ steps: 40 }, true]);
  undoNewest();
  expect([useSettings.getState().train, deleted]).toEqual([{ steps: 40 }, false]);
  undoNewest();
  expect(useSettings.getState().train).toEqual({});

  later();
  setTrain('templates', 'x {}');
  toast('Prompts changed', () => setTrain('templates', undefined));
  undoNewest();
  expect(useSettings.getState().train).toEqual({});
  expect(undoNewest()).toBe(false);
});

test('settings and data are one history, also when no toast speaks of them any more', async () => {
  const done: string[] = [];
  const action = (text: string) => remember({ text, back: async () => done.push(`- ${text}`) > 0, again: async () => done.push(`+ ${text}`) > 0 });
  const close = () => useToasts.getState().toasts.forEach(({ id }) => closeToast(id));
  setTrain('steps', 40);
  later();
  action('Class a is left out');
  later();
  setTrain('batch', 8);
  later();
  action('Class b is left out');
  later();
  close();
  undoNewest();
  await Promise.resolve();
  expect([done, lastToast()]).toEqual([['- Class b is left out'], 'Undid “Class b is left out”']);
  undoNewest();
  expect(useSettings.getState().train).toEqual({ steps: 40 });
  undoNewest();
  expect([done.length, useSettings.getState().train]).toEqual([2, { steps: 40 }]);
  redo();
  redo();
  redo();
  expect([done.slice(2), useSettings.getState().train]).toEqual([['+ Class a is left out', '+ Class b is left out'], { steps: 40, batch: 8 }]);

  // What a toast takes back is not taken back again.
  close();
  later();
  action('Class c is left out');
  expect(undoNewest()).toBe(true);
  undoNewest();
  expect(done.slice(4)).toEqual(['- Class c is left out', '- Class b is left out']);
});

test('of what was undone and redone only the last is said, and nothing once something else is done; the key stands beside what it undoes', async () => {
  const texts = () => useToasts.getState().toasts.map(({ text }) => text);
  setTrain('steps', 40);
  later();
  remember({ text: 'Deleted a', back: async () => true, again: async () => true });
  expect(texts()).toEqual(['Deleted a']);
  for (const [press, lastToast] of [[undoNewest, 'Undid “Deleted a”'], [redo, 'Redid “Deleted a”'], [undoNewest, 'Undid “Deleted a”'], [undoNewest, 'Undid “Steps 40”'], [redo, 'Redid “Steps 40”'], [redo, 'Redid “Deleted a”']] as const) {
    later();
    press();
    await Promise.resolve();
    expect(texts()).toEqual([lastToast]);
  }
  later();
  remember({ text: 'Deleted b', back: async () => true, again: async () => true });
  expect([texts(), newestUndoable()?.text]).toEqual([['Deleted b'], 'Deleted b']);
  later();
  remember({ text: 'Deleted c', back: async () => true, again: async () => true });
  expect([texts(), newestUndoable()?.text]).toEqual([['Deleted b', 'Deleted c'], 'Deleted c']);
  later();
  setTrain('batch', 8);
  expect(newestUndoable()).toBe(undefined);
});

test('a change that cannot be taken back, since its data is gone, is passed over without a word', () => {
  setTrain('steps', 40);
  later();
  changeSettings({ data: 'mine' });
  later();
  changeSettings({ data: 'fashion-mnist' });
  useCatalog.setState({ datasets: [{ id: 'fashion-mnist' } as never] });
  expect(undoNewest()).toBe(true);
  expect([lastToast(), useSettings.getState().train]).toEqual(['Undid “Steps 40”', {}]);
  expect(undoNewest()).toBe(false);
  expect(redo()).toBe(true);
  expect([lastToast(), redo()]).toEqual(['Redid “Steps 40”', false]);
  useCatalog.setState({ datasets: [] });
});

test('what differs, by paths', () => {
  expect(changedPaths({ ...initialSettings }, { ...initialSettings, budget: 3, theme: 'dark', train: { a: 1 }, overrides: { lora: { r: 2 } } }).sort()).toEqual(['budget', 'overrides.lora.r', 'train.a']);
});
