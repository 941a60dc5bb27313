import { expect, test } from 'vitest';
import { several } from '../../../numbers/defined';
import type { BudgetRow, RunSpec } from '../../../train/protocol';
import { initialSettings } from '../settings/settings';
import { besideName, budgetOf, describeRun, describeSpec, mainSetting, methodConfig, offBudget, trainConfig, whatDiffers } from './specs';

const rows: BudgetRow[] = [
  { method: 'lora', config: { method: 'lora', r: 8, target_modules: ['query'] }, parameters: 147456, range: [18432, 2e6], reason: null },
  { method: 'vera', config: null, parameters: 0, range: [0, 0], reason: 'No layer fits.' },
];
const spec = (method: object, train: object = {}, settings = initialSettings): RunSpec => {
  const config = { method: 'lora', r: 8, ...method };
  return { id: 'x', name: 'x', model: 'm', data: 'd', method: config, train: { ...trainConfig(config.method, settings, false), ...train } };
};

test('a method runs with what the budget chose, then with what the person set', () => {
  const settings = { ...initialSettings, overrides: { lora: { lora_alpha: 4 } } };
  expect(methodConfig('lora', rows, settings, ['query'])).toEqual({ method: 'lora', r: 8, target_modules: ['query'], lora_alpha: 4 });
});

test('references always run; a method that reaches nothing does not, unless its settings were set', () => {
  expect(methodConfig('full', rows, initialSettings, ['query'])).toEqual({ method: 'full' });
  expect(methodConfig('vera', rows, initialSettings, ['query'])).toBe(null);
  expect(methodConfig('vera', rows, { ...initialSettings, overrides: { vera: { r: 4 } } }, ['query'])).toEqual({ method: 'vera', r: 4, target_modules: ['query'] });
});

test('each method has its own learning rate until one is set', () => {
  const [lora, full] = several(['lora', 'full'].map((method) => trainConfig(method, initialSettings, false).lr), 2);
  expect(lora).toBeGreaterThan(full);
  expect(trainConfig('full', { ...initialSettings, lr: { full: 0.5 } }, false).lr).toBe(0.5);
});

test('the default budget is a round nineteenth of the model, 43,000 of the built-in one', () => {
  expect(budgetOf({ budget: 0 }, { parameters: 2_691_648 })).toBe(140_000);
  expect(budgetOf({ budget: 0 }, { parameters: 817_481 })).toBe(43_000);
  expect(budgetOf({ budget: 7 }, { parameters: 2_691_648 })).toBe(7);
  expect(offBudget(109, 100)).toBe(false);
  expect(offBudget(89, 100)).toBe(true);
});

test('what differs is said in few words', () => {
  const base = spec({});
  expect(whatDiffers(spec({}), base)).toBe('');
  expect(whatDiffers(spec({ r: 16 }), base)).toBe('r 8 → 16');
  expect(whatDiffers(spec({ target_modules: ['query', 'text'] }, { loss: 'contrastive' }), spec({ target_modules: ['query'] }))).toBe('loss cross entropy → contrastive');
  expect(whatDiffers(spec({}, { val_fraction: 0.2, head_lr: 0.01, shots: 4, flip: true }), base)).toBe('learning rate of the head 0.005 → 0.01, shots all → 4, validation share 10 % → 20 %, random flip no → yes');
  expect(whatDiffers(spec({ method: 'randlora', bases: 'very_sparse' }), spec({ method: 'randlora', bases: 'uniform' }))).toBe('bases uniform → very sparse');
  expect(whatDiffers(spec({}, { seed: 2, batch: 8 }), base)).toBe('batch 32 → 8, seed 0 → 2');
  expect(whatDiffers(spec({ method: 'randlora', r: 6 }), base)).toBe('r 6');
  expect(whatDiffers(spec({ method: 'full', r: undefined }), base)).toBe('method');
  expect(whatDiffers(spec({ method: 'full', r: undefined }, { lr: 1e-5 }), base)).toContain('lr');
});

test('a run in one line', () => {
  expect(mainSetting({ method: 'nola', nola_num_bases: 2458 })).toBe('k 2458');
  expect(describeSpec(spec({}, { seed: 3 }))).toBe('LoRA, r 8, seed 3');
  // A run of a class is called by that, which is not said twice.
  const named = (name: string) => ({ name, spec: spec({}, { seed: 3 }), state: 'done' as const });
  expect(['quiet-heron', 'LoRA, r 8, seed 3'].map((name) => [besideName(named(name)), describeRun(named(name))])).toEqual([['LoRA, r 8, seed 3', 'LoRA, r 8, seed 3, quiet-heron'], ['', 'LoRA, r 8, seed 3']]);
});
