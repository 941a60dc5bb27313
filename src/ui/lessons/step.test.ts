import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { StepDispatch, StepLayer, StepLook } from '../../train/stepLook.meta';
import { placeOf, stepSpec, type StepChoice } from './step';
import { Step, type StepChart } from './Step';
import { formatValue, gradientText, shareText } from './words/step';

const name = 'vit.encoder.layer.1.intermediate.dense';
const rows = (width: number, ...values: number[]) => ({ width, values: Float32Array.from({ length: 2 * width }, (_, i) => values[i] ?? 0) });
const tensor = { binding: 'x', label: 'patches', shape: [2, 2, 3], dtype: 'f32', role: 'temp' };
const dispatch = (index: number, phase: StepDispatch['phase']): StepDispatch => ({ index, phase, label: '', kernel: `kernel ${index}`, grid: [4, 3, 1], workgroup: [8, 8], reads: [tensor], writes: [{ ...tensor, binding: 'out' }], source: `text ${index}` });
const layer: StepLayer = {
  name, in: 3, out: 4, form: 'streamed', together: [name],
  trained: [{ name: 'A', shape: [1, 3], norm: 0.5, gradient: 0 }, { name: 'B', shape: [4, 1], norm: 0, gradient: 0.125 }],
  dispatches: [dispatch(5, 'forward'), dispatch(9, 'backward')],
  x: rows(3, 1, 2, 3), y: rows(4, 3, 0, 0, 4), residual: null, update: rows(4, 0, 0, 0, 0, 1), gradient: rows(4, 0.001),
};
const facts = { dispatches: 3, work: 1_500_000, weights: 2 ** 20, written: 2 ** 19 };
const look: StepLook = {
  step: 1, loss: 2.5, batch: 2, tokens: 2, processor: true, dispatches: 30, update: 3,
  parts: [{ block: null, shape: [2, 2, 3], forward: facts, backward: { ...facts, work: 0 } }, { block: 1, shape: [2, 2, 3], forward: facts, backward: facts }],
  layers: [{ name, block: 1 }], layer, sources: { 'text 5': { entry: 'main', text: 'fn main() { five }', constants: { M: 7 } }, 'text 9': { entry: 'main', text: 'fn main() { nine }', constants: {} } },
  picture: { label: 0, width: 1, height: 1, rgba: new Uint8ClampedArray(4) }, label: 'Bag', side: 1, before: 1,
};

const choice: StepChoice = { method: 'lora', step: 1, layer: name, token: 0, dispatch: -1 };
const page = (chart: StepChart, change: Partial<StepChoice> = {}, figure?: string): string => renderToStaticMarkup(createElement(Step, { chart, figure, choice: { ...choice, ...change }, looked: { look, waiting: false, error: '', again: () => {} } })).replaceAll('\u00a0', ' ');

test('the model’s parts stand in their order with what they take, and the layer’s block is chosen', () => {
  const drawn = page('stepModel');
  expect(drawn).toMatch(/Pictures to tokens.*Block 2/s);
  expect(drawn).toMatch(/aria-pressed="true"[^>]*>Block 2/);
  expect(drawn).toContain('1.5 M');
  expect(drawn).toContain('27 forward and backward, and 3 that change the weights');
});

test('a layer has its matrices, what learns with its gradient, and its dispatches, each figure alone on a slide', () => {
  expect(page('stepLayer')).toMatch(/W, 4 × 3, frozen.*0\.125.*kernel 5.*kernel 9/s);
  expect(page('stepLayer', {}, 'layer')).not.toContain('kernel 5');
  expect(page('stepLayer', {}, 'backward')).toMatch(/^(?!.*(0\.125|kernel 5)).*kernel 9/s);
  expect(page('stepModel', {}, 'forward')).not.toContain('Backward');
});

test('numbers are those of the token that is chosen, and say how many of the row they are', () => {
  expect(page('stepNumbers')).toMatch(/the class token.*<span>1<\/span><span>2<\/span><span>3<\/span>/s);
  expect(page('stepNumbers')).toContain('3 of 3, rounded');
  expect(page('stepNumbers', { token: 1 })).toContain('patch in row 1, column 1');
});

test('the kernel of the chosen dispatch is shown as it was started, the layer’s first at the start', () => {
  expect(page('stepKernel')).toMatch(/kernel 5.*main.*8 × 8.*4 × 3 × 1.*768.*M = 7.*five/s);
  expect(page('stepKernel', { dispatch: 9 })).toMatch(/kernel 9.*backward.*nine/s);
  expect(page('stepKernel')).toContain('WebAssembly');
});

test('what is said of the step: what has a gradient, and how large the update’s part is', () => {
  expect(gradientText(look, 'lora')).toBe('LoRA, step 1, intermediate: Nothing reaches A yet (lengths of the gradients: A 0 and B 0.125).');
  expect(shareText(look, 0)).toContain('nothing yet');
  expect(shareText({ ...look, step: 2, layer: { ...layer, update: rows(4, 0.05) } }, 0)).toBe('At step 2 the update’s part of this token is 0.05 long, what flows out 5: 1\u00a0%.');
  expect([0, 1.2345, -0.00001234].map(formatValue)).toEqual(['0', '1.23', '−1.2e−5']);
});

test('layers go by their block and the end of their name, and the run is one of this page', () => {
  expect(placeOf('vit.encoder.layer.3.attention.attention.query')).toEqual({ block: '3', end: 'query' });
  expect(stepSpec('lora')).toMatchObject({ model: 'vit-nano', method: { method: 'lora', r: 4 }, train: { batch: 2, seed: 0 } });
});
