import { expect, test, vi } from 'vitest';
import { fieldGroups } from '../../../train/config';
import { fieldText, fieldWords, isValid, parseField, readField, trainFields, type Field } from '../settings/fields';
import { stripRoot } from '../../kit/files';
import { undoNewest } from '../settings/history';
import { latest } from '../../kit/latest';
import { freshName } from './names';
import { closeToast, toast, useToasts } from '../../kit/toast';

const file = (path: string) => ({ path, file: {} as File });

test('the common folder of chosen files becomes the name, hidden files are left out', () => {
  expect(stripRoot([file('pets/cat/1.png'), file('pets/dog/2.png'), file('pets/.DS_Store'), file('pets/__MACOSX/x')])).toMatchObject({
    name: 'pets',
    files: [{ path: 'cat/1.png' }, { path: 'dog/2.png' }],
  });
  expect(stripRoot([file('config.json'), file('model.safetensors')]).files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors']);
  expect(stripRoot([])).toEqual({ name: '', files: [] });
});

test('names are two words and not taken twice', () => {
  const taken = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const name = freshName(taken);
    expect(name).toMatch(/^[a-z]+-[a-z]+/);
    expect(taken.has(name)).toBe(false);
    taken.add(name);
  }
});

test('a job never runs twice at once, and once more after calls in between', async () => {
  let running = 0;
  let runs = 0;
  const go = latest(async () => {
    expect(++running).toBe(1);
    runs++;
    await new Promise((done) => setTimeout(done, 5));
    running--;
  });
  for (let i = 0; i < 10; i++) go();
  await vi.waitFor(() => expect(runs).toBe(2));
  await new Promise((done) => setTimeout(done, 15));
  expect(runs).toBe(2);
});

test('every default of the training table passes its own check', () => {
  for (const field of trainFields) expect([field.name, isValid(field, field.default)]).toEqual([field.name, true]);
});

test('what is typed into a field is checked', () => {
  const field: Field = { name: 'batch', label: '', kind: 'integer', default: 32, min: 1, max: 64, help: '' };
  expect(['8', ' 64 ', '', 'x', '2.5', '65', '1e1'].map((text) => parseField(field, text))).toEqual([
    { ok: true, value: 8 },
    { ok: true, value: 64 },
    { ok: false, reason: 'number' },
    { ok: false, reason: 'number' },
    { ok: false, reason: 'whole' },
    { ok: false, reason: 'range' },
    { ok: true, value: 10 },
  ]);
  expect(parseField({ ...field, kind: 'number', default: null }, '')).toEqual({ ok: true, value: null });
  expect(parseField({ ...field, kind: 'names', default: null }, 'a, b')).toEqual({ ok: true, value: ['a', 'b'] });
});

test('undo takes the newest toast that has a way back', () => {
  const [back, later] = [vi.fn(), vi.fn()];
  toast('a', back);
  toast('b');
  expect(undoNewest()).toBe(true);
  expect(undoNewest()).toBe(false);
  toast('c', later);
  closeToast(useToasts.getState().toasts.find((one) => one.text === 'c')!.id);
  expect([back.mock.calls.length, later.mock.calls.length]).toEqual([1, 0]);
});

test('forms leave a field empty where the config has a number for "not set", and show shares in percent', () => {
  const field = (name: string) => trainFields.find((one) => one.name === name)!;
  expect(['steps', 'warmup_steps', 'head_lr', 'shots', 'eval_every', 'max_grad_norm'].map((name) => [fieldText(field(name), field(name).empty?.value), fieldWords(field(name), field(name).empty?.value)])).toEqual([
    ['', 'as the epochs say'],
    ['', 'a tenth of all'],
    ['', "same as the method's"],
    ['', 'all'],
    ['', 'only at the end'],
    ['', 'no clipping'],
  ]);
  expect([readField(field('warmup_steps'), ' '), readField(field('warmup_steps'), '0'), readField(field('batch'), '')]).toEqual([{ ok: true, value: -1 }, { ok: true, value: 0 }, { ok: false, reason: 'number' }]);
  expect([fieldText(field('val_fraction'), 0.07), fieldWords(field('val_fraction'), 0.1), readField(field('val_fraction'), '7'), readField(field('val_fraction'), '51')]).toEqual(['7', '10 %', { ok: true, value: 0.07 }, { ok: false, reason: 'range' }]);
});

test('every training setting has a group, and none that can be "not set" shows a number for it', () => {
  for (const field of trainFields) {
    expect(fieldGroups).toContain(field.group);
    // 0 that switches something off, and -1, are what "empty" is for.
    if (field.min === 0 && field.default === 0 && field.kind !== 'boolean' && !['seed', 'label_smoothing'].includes(field.name)) expect([field.name, field.empty?.value]).toEqual([field.name, 0]);
    if ((field.min ?? 0) < 0) expect([field.name, field.empty?.value]).toEqual([field.name, field.min]);
    expect(field.help).not.toMatch(/\b0 (takes|lets|switches|writes|evaluates)|-1\b/);
  }
});
