import { beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../adapters/fields';
import { parsePreprocess } from '../data/preprocess';
import type { Device } from '../engine/device';
import { parseModel } from '../models';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson } from '../testing/golden';
import { tinyData } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { completeTrain } from '../train/config';
import { programOptions } from '../train/plan';
import { evaluateByText } from '../train/zeroShot';
import { Captions } from './captions';
import { classPrompts, parseTemplates } from './prompts';
import { promptOf } from './prompts.meta';
import { headOf, makeTextHead } from './textTower';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});
const options = () => programOptions(completeTrain({ batch: 4 }), device.report);

describe('templates and prompts', () => {
  test('one a line or with | between', () => {
    expect(parseTemplates(' a photo of a {}.\n\na sketch of {}|{}')).toEqual(['a photo of a {}.', 'a sketch of {}', '{}']);
    expect(promptOf('a {} and a {}', ' great_grey_owl')).toBe('a great grey owl and a great grey owl');
    // A name is a name: nothing in it is a pattern.
    expect(promptOf('a {}.', "$& $1 {} <b>")).toBe('a $& $1 {} <b>.');
    for (const bad of ['', ' \n| ', 'no place', 'x'.repeat(1001), '{}\n'.repeat(1001)]) expect(() => parseTemplates(bad)).toThrow(ConfigError);
  });

  test('rows are as short as the longest text, and pooled where it ends', async () => {
    const model = await tinyClip();
    const tower = model.net.text!;
    const prompts = classPrompts(await model.tokenizer!(), tower, ['class', 'of'], ['photo of {}', '{}']);
    expect(prompts.tokens).toBe(5);
    expect([...prompts.ends]).toEqual([4, 2, 4, 2]);
    const long = classPrompts(await model.tokenizer!(), tower, ['class '.repeat(50)], ['{}']);
    expect([long.tokens, long.ends[0]]).toEqual([20, 19]);
    expect(() => classPrompts({ size: 1000 } as never, tower, [], [])).toThrow(/do not belong together/);
  });

  test('captions depend on the seed and the number of the batch alone, and use every template', async () => {
    const model = await tinyClip();
    const prompts = classPrompts(await model.tokenizer!(), model.net.text!, ['class', 'of'], ['photo {}', '{} photo', '{}']);
    const labels = Uint32Array.from({ length: 40 }, (_, i) => i % 2);
    const draw = (seed: number, at: number) => {
      const ids = new Uint32Array(40 * prompts.tokens);
      const ends = new Uint32Array(40);
      new Captions(prompts, seed).fill(at, labels, ids, ends);
      return Array.from({ length: 40 }, (_, b) => `${[...ids.subarray(b * prompts.tokens, (b + 1) * prompts.tokens)].join()} ${ends[b]}`);
    };
    expect(draw(1, 5)).toEqual(draw(1, 5));
    expect(draw(1, 5)).not.toEqual(draw(1, 6));
    expect(draw(1, 5)).not.toEqual(draw(2, 5));
    expect(new Set(draw(1, 5)).size).toBe(6);
  });
});

describe('the text head', () => {
  test('is the mean over the templates, made length one again, times the temperature', () => {
    const head = headOf(Float32Array.of(1, 0, 0, 1, 0.6, 0.8, 0.6, 0.8), { classes: ['a', 'b'], templates: ['{}', '{}'] }, Math.log(10));
    expect(maxError(head, [10 / Math.SQRT2, 10 / Math.SQRT2, 6, 8])).toBeLessThan(1e-6);
  });

  test('is the same whatever the batch and the padding', async () => {
    const model = await tinyClip();
    const prompts = classPrompts(await model.tokenizer!(), model.net.text!, Array.from({ length: 40 }, (_, i) => `class ${i}`), ['photo of {}', 'a {}.']);
    const head = await makeTextHead(device, model, prompts, options());
    const one = classPrompts(await model.tokenizer!(), model.net.text!, ['class 39'], ['photo of {}', 'a {}.']);
    expect(maxError(await makeTextHead(device, model, one, options()), head.subarray(39 * 24))).toBeLessThan(2e-6);
    for (let k = 0; k < 40; k++) expect(Math.hypot(...head.subarray(k * 24, k * 24 + 24))).toBeCloseTo(Math.exp(2.3), 4);
  });

  test('one tower or both: the same zero-shot accuracy and loss', async () => {
    const model = await tinyClip();
    const data = tinyData();
    const prompts = classPrompts(await model.tokenizer!(), model.net.text!, data.classes, ['photo of {}', '{}']);
    const input = { model, prompts, images: data.test, split: 'test' as const, options: options() };
    const both = await evaluateByText(device, input);
    const { Adapted } = await import('../adapters/adapted');
    const { FROZEN } = await import('../adapters/fields');
    const { withTextHead } = await import('../models/byText');
    const one = await evaluateByText(device, { ...input, adapter: { adapted: new Adapted(withTextHead(model.net, data.classes), FROZEN), values: {} } });
    expect(both.count).toBe(10);
    expect(one.confusion).toEqual(both.confusion);
    expect(one.loss).toBeCloseTo(both.loss, 5);
  });
});

describeGolden("transformers' text features of classes", 'models/clip_small_dev/io.safetensors', () => {
  test('as a head', async () => {
    const folder = 'models/clip_small_dev';
    const io = await golden(`${folder}/io.safetensors`);
    const config = goldenJson<Record<string, unknown>>(`${folder}/config.json`);
    const net = parseModel(config);
    const [classes, tokens] = io.info('class_input_ids').shape as [number, number];
    const ids = Uint32Array.from(await io.readF32('class_input_ids'));
    const ends = Uint32Array.from({ length: classes }, (_, i) => net.text!.endOf(ids.subarray(i * tokens, (i + 1) * tokens)));
    const model = { id: 'clip', net, config, source: await golden(`${folder}/model.safetensors`), preprocess: parsePreprocess({}) };
    const head = await makeTextHead(device, model, { classes: Array.from(ends, String), templates: ['{}'], tokens, ids, ends }, options());
    expect(maxError(head, await io.readF32('head_weight'))).toBeLessThan(3e-6);
  });
});
