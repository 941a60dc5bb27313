import { expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { ModelInfo, RunSpec } from '../../../train/protocol';
import { shorterThan } from './shorter';

const spec = (method: string, train = {}): RunSpec => ({ id: '', name: '', model: 'm', data: 'd', method: { method }, train: completeTrain({ steps: 60, ...train }) });
const model = { patch_size: 16, image_size: 224 } as ModelInfo;
const of = (specs: RunSpec[], seconds: number, settings: Record<string, unknown> = {}) => shorterThan({ specs, steps: 60, seconds, settings: { train: settings }, model, alone: () => seconds / specs.length });
const texts = (specs: RunSpec[], seconds: number) => shorterThan({ specs, steps: 60, seconds, settings: { train: {} }, model: { ...model, language: {} } as ModelInfo, alone: () => seconds });

test('ten minutes are no reason for anything smaller', () => {
  expect(of([spec('lora')], 600)).toEqual([]);
  expect(of([], 6000)).toEqual([]);
});

test('fewer methods, smaller pictures and fewer steps are offered with what they take, as far as they are shorter', () => {
  const five = of([spec('linear_probe'), spec('lora'), spec('full')], 3600, { epochs: 9 });
  expect(five).toEqual([
    { what: 'method', to: 'lora', seconds: 1200, change: { methods: ['lora'] } },
    // Half of the edge is still long; a quarter would be below what a picture may be.
    { what: 'side', to: 112, seconds: 900, change: { train: { epochs: 9, image_size: 112 } } },
    { what: 'steps', to: 20, seconds: 1200, change: { train: { epochs: 9, steps: 20 } } },
  ]);
  // Patches fill the input.
  expect(of([spec('lora', { image_size: 160 })], 1000).map(({ what, to }) => [what, to])).toEqual([['side', 80], ['steps', 35]]);
  expect(of([spec('lora', { image_size: 64 })], 1000).map(({ what }) => what)).toEqual(['steps']);
  expect(of([spec('lora', { image_size: 64 })], 700).map(({ what }) => what)).toEqual([]);
  expect(texts([spec('lora')], 6000).map(({ what }) => what)).toEqual(['steps']);
});
