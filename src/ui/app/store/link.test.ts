import * as fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../../../numbers/defined';
import { linkEntries, linkText, notInLinks, plainSettings } from '../../core/storage/address';
import { useAsked } from '../../core/storage/asked';
import { useCatalog } from '../../core/data/catalog';
import { methodFields } from '../../core/settings/fields';
import { applyLink, parseLink } from './link';
import { initialSettings, useSettings, type Settings } from '../../core/settings/settings';
import { allShown, isPart, useShown, viewNames } from '../../core/storage/shown';
import { closeToast, useToasts } from '../../kit/toast';

// What a link chose cannot be looked for.
vi.mock('../../core/data/open', () => ({ openChosen: async () => Promise.reject(new Error('torn')) }));

const first = { model: 'vit-nano', data: 'fashion-mnist' };
const settings: Settings = {
  ...initialSettings,
  ...first,
  data: 'me/photos@v2',
  methods: ['lora', 'randlora'],
  budget: 123_456,
  targets: ['query', 'value'],
  train: { steps: 40, seed: 3, flip: true, schedule: 'constant', templates: 'a photo of a {}.\na, b & c of {} = {}?#' },
  lr: { lora: 0.002 },
  overrides: { randlora: { randlora_alpha: 12 }, lora: { r: 7 } },
  theme: 'dark',
  axis: 'time',
  logLoss: false,
  landscapeGrid: 25,
  landscapeOf: 'accuracy',
  landscapePaths: false,
};
const link = (change: Partial<Settings> = {}, shown = allShown) => linkText(linkEntries({ ...settings, ...change }, shown, first), shown.view);

beforeEach(() => {
  useSettings.setState({ ...initialSettings, ...first });
  useCatalog.setState({ models: [{ id: first.model }], datasets: [{ id: first.data }] } as never);
  useShown.setState(allShown);
  useAsked.setState({ problems: [], wanted: [] });
  for (const { id } of useToasts.getState().toasts) closeToast(id);
});

test('amounts that cannot be are said and left out', () => {
  const { settings, problems } = parseLink('budget=1e30&steps=-1&memoryBudget=-1&timeBudget=1e400&model=m');
  expect(settings).toMatchObject({ budget: 0, memoryBudget: 0, timeBudget: 0, train: {} });
  expect(problems.map(({ name }) => name).sort()).toEqual(['budget', 'memoryBudget', 'steps', 'timeBudget']);
});

test('a link brings every setting that differs, and the view', () => {
  const shown = { view: 'lessons' as const, hide: ['advanced', 'try'], present: true, lesson: 'rank', part: 2, slide: 1, teacher: false, room: 'ABC234', board: true };
  const read = parseLink(`#${link({}, shown)}`);
  expect(read.problems).toEqual([]);
  expect(read.shown).toEqual(shown);
  // The teacher's key is read, and written into no address.
  const key = '0123456789abcdef0123456789abcdef';
  const board = parseLink(`/compare?class=ABC234&board=${key}`).shown;
  expect([board.board, board.key, link({}, board)]).toEqual([true, key, expect.not.stringContaining(key)]);
  expect(parseLink('/compare?class=ABC234&board=else').shown).toMatchObject({ board: false });
  expect(read.settings).toEqual({ ...settings, model: '' });
  expect(parseLink(link({ targets: '.*layer\\.[0-3]\\..*' })).settings?.targets).toBe('.*layer\\.[0-3]\\..*');
});

test('the slide of a presentation is in its address, its last one by that word; another lesson written over it begins', () => {
  const shown = { ...allShown, view: 'lessons' as const, present: true, lesson: 'memory', part: 1, slide: Infinity };
  expect(link({}, shown)).toContain('part=2&slide=last');
  expect(parseLink(link({}, shown)).shown).toEqual(shown);
  expect(parseLink('/lessons?present=1&lesson=memory&slide=2').shown).toMatchObject({ slide: 1 });
  // What is read on the page has no slides.
  expect(parseLink('/lessons?lesson=memory&slide=2')).toMatchObject({ shown: { present: false, slide: 0 }, problems: [] });
  expect(parseLink('/lessons?present=1&lesson=memory&slide=-1').problems).toMatchObject([{ name: 'slide' }]);
  useShown.setState(shown);
  applyLink(`#${link({}, { ...shown, lesson: 'few-shots' })}`);
  expect(useShown.getState()).toMatchObject({ lesson: 'few-shots', part: 0, slide: 0 });
  applyLink(`#${link({}, { ...shown, part: 2, slide: 1 })}`);
  expect(useShown.getState()).toMatchObject({ lesson: 'memory', part: 2, slide: 1 });
  useShown.setState(allShown, true);
});

test('of a page that was never touched only version and seed are left', () => {
  expect(linkText(linkEntries({ ...initialSettings, ...first }, allShown, first), 'start')).toBe('/start?v=1&seed=0');
});

test('every setting travels, or is left out on purpose', () => {
  const special = ['methods', 'targets', 'train', 'lr', 'overrides'];
  expect([...plainSettings, ...special, ...notInLinks].sort()).toEqual(Object.keys(initialSettings).sort());
  const mirror = parseLink('v=1&hubEndpoint=https://evil.example');
  expect(mirror.settings?.hubEndpoint).toBe('');
  expect(mirror.problems).toEqual([{ what: 'name', name: 'hubEndpoint', value: 'https://evil.example' }]);
});

test('what is not understood is said, and the rest is used', () => {
  const read = parseLink('v=9&budget=many&steps=-4&batch=8&nonsense=1&lora.r=0.5&lora.gone=1&axis=depth&methods=lora,nope&hide=advanced,<b>,run-bar&lesson=dance&part=0&lr.lora=-1&__proto__=1&constructor.r=1');
  expect(read.settings?.train).toEqual({ batch: 8 });
  expect(read.settings?.methods).toEqual(['lora']);
  expect(read.settings?.axis).toBe('step');
  expect(read.shown).toEqual({ ...allShown, view: 'train', hide: ['advanced'] });
  expect(read.problems.map(({ what, name }) => `${what} ${name}`).sort()).toEqual(
    ['name __proto__', 'name constructor.r', 'name lora.gone', 'name nonsense', 'value axis', 'value budget', 'value hide', 'value lesson', 'value lora.r', 'value lr.lora', 'value methods', 'value part', 'value steps', 'version v'].sort(),
  );
});

test('a view is a path, and an address without settings touches none; links of before there were views lead to theirs', () => {
  for (const view of viewNames) expect(parseLink(`#${link({}, { ...allShown, view })}`)).toMatchObject({ shown: { ...allShown, view }, problems: [] });
  expect(parseLink('#/compare')).toEqual({ settings: null, shown: { ...allShown, view: 'compare' }, problems: [] });
  expect(parseLink('').shown).toEqual(allShown);
  expect(parseLink('#v=1&seed=3').shown.view).toBe('train');
  expect(parseLink('#lesson=rank&part=2').shown).toMatchObject({ view: 'lessons', lesson: 'rank', part: 1 });
  // Lessons that became part of another one open it where they are now.
  expect(parseLink('#/lessons?lesson=more-rank')).toMatchObject({ shown: { lesson: 'budget', part: 1 }, problems: [] });
  expect(parseLink('#/lessons?part=2&lesson=more-rank')).toMatchObject({ shown: { lesson: 'budget', part: 2 }, problems: [] });
  expect(parseLink('#/lessons?lesson=more-rank&teacher=1')).toMatchObject({ shown: { lesson: 'budget', teacher: true, part: 0 }, problems: [] });
  expect(parseLink('?present=1').shown).toMatchObject({ view: 'compare', present: true });
  expect(parseLink('#/nowhere?seed=3')).toMatchObject({ settings: { train: { seed: 3 } }, shown: { view: 'train' }, problems: [{ what: 'name', name: '/nowhere' }] });
});

test('a place on the page is no link, and too much text is none either', () => {
  expect(parseLink('#main')).toEqual({ settings: null, shown: allShown, problems: [] });
  for (const text of [`v=1&model=${'x'.repeat(3000)}`, `v=1&${'a=1&'.repeat(3000)}`, `v=1&${Array.from({ length: 300 }, (_, i) => `a${i}=1`).join('&')}`])
    expect(parseLink(text)).toMatchObject({ settings: null, problems: [{ what: 'length' }] });
});

test('nothing throws, and nothing gets in that the settings do not allow', () => {
  const names = fc.oneof(fc.constantFrom(...plainSettings, 'methods', 'targets', 'pattern', 'steps', 'seed', 'lr.lora', 'lora.r', 'hide', 'part', '__proto__', 'toString'), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.string())), (entries) => {
      const { settings: read, shown } = parseLink(linkText(entries, 'train'));
      expect(shown.hide.every(isPart) && shown.hide.length <= 40).toBe(true);
      if (read) expect(read.methods.every((method) => Object.hasOwn(methodFields, method))).toBe(true);
    }),
  );
});

test('a link changes the settings with a way back; the same settings again say nothing', () => {
  useSettings.setState({ theme: 'contrast', budget: 5 });
  applyLink('#v=1&seed=2&steps=30');
  expect(useSettings.getState()).toMatchObject({ ...first, theme: 'contrast', budget: 0, train: { seed: 2, steps: 30 } });
  const newest = defined(useToasts.getState().toasts[0]);
  closeToast(newest.id, true);
  expect(useSettings.getState().budget).toBe(5);
  applyLink('#present=1');
  expect(useShown.getState().present).toBe(true);
  expect(useSettings.getState().budget).toBe(5);
  expect(useToasts.getState().toasts).toEqual([]);
});

test('where what a link chose cannot be looked for, that is said, and the model and data that were there stay', async () => {
  applyLink('#v=1&seed=2&data=pics');
  await vi.waitFor(() => expect(useSettings.getState()).toMatchObject({ ...first, train: { seed: 2 } }));
  expect(useToasts.getState().toasts.map(({ text }) => text)).toContain('torn');
});
