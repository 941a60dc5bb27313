import { describe, expect, test, vi } from 'vitest';
import type { Tensor } from '../engine/tensor';
import { Recorder } from '../engine/record';
import { tensorSource } from '../io/safetensors';
import { parseModel } from '../models';
import { readsTexts, withTextHead } from '../models/byText';
import { withGuest } from '../testing/guestMethod';
import { there } from '../testing/there';
import { Adapted, ADAPTER_GROUP, adapterLabel, HEAD_GROUP, layersOf, targetLayers, type ContextOptions } from './adapted';
import { ConfigError } from './fields';
import type { MethodConfig } from './field';
import { saveAdapter } from './files';
import { methods } from './index';
import type { LayerTensors, Method } from './method';

/** Parts that a method adds to a model, each with methods that have it and methods that lack it. */

const config = { model_type: 'vit', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8, num_labels: 3 };
const model = parseModel(config);
const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 1, num_attention_heads: 2 };
const clip = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 32, vocab_size: 20 } }).with({ labels: ['a', 'b'] });
const QUERY = { target_modules: ['query'] };
const query = (block: number) => `vit.encoder.layer.${block}.attention.attention.query`;
const lora = there(methods.lora);
const guest = (change: Partial<Method>, body: () => unknown) => withGuest(change, { min: 1, max: 64 }, body);

/** The prompts of a method, of two vectors each, for a guest that has no settings of theirs. */
function promptsOf(method: string): NonNullable<Method['prompts']> {
  const settled = <T extends object>(of: T): T => Object.fromEntries(Object.entries(of).map(([name, part]: [string, unknown]) => [name, typeof part === 'function' ? (c: MethodConfig, ...rest: unknown[]): unknown => (part as (...given: unknown[]) => unknown)({ ...there(defaults[method]), ...c }, ...rest) : part && typeof part === 'object' ? settled(part) : part])) as T;
  const { folder: _, ...prompts } = there(there(methods[method]).prompts);
  return settled(prompts);
}
const defaults: Record<string, object> = { coop: { n_ctx: 2, class_token_position: 'end' }, cocoop: { n_ctx: 2 }, maple: { n_ctx: 2, prompt_depth: 1 } };

type Recorded = Partial<ContextOptions> & { on?: typeof model };
/** A model as it is recorded for a method, in one program for each of these options. */
function recorded(c: MethodConfig, ...programs: Recorded[]) {
  const adapted = new Adapted(programs[0]?.on ?? model, c);
  const rec = new Recorder({ align: 32 });
  const { image_size: size } = adapted.model;
  const all = (programs.length ? programs : [{}]).map(({ on: _, ...options }, i) => rec.program(`p${i}`, () => {
    const pixels = rec.declare('input', 'pixel_values', [2, 3, size, size]);
    rec.keep(adapted.model.forward(adapted.context({ rec, batch: 2, training: false, frozen_dtype: 'f32', checkpoint_activations: false, ...options }), pixels));
  }));
  return { adapted, rec, programs: all, labels: all.map(({ entries }) => entries.map(({ label }) => label)) };
}

describe('bases of a file', () => {
  const vera: MethodConfig = { method: 'vera', r: 4, ...QUERY };
  const of = (bases: Record<string, number[]>) => new Adapted(model, vera, Object.fromEntries(Object.entries(bases).map(([name, shape]) => [name, { shape, types: ['f32'] }])));
  const exact = { vera_A: [4, 32], vera_B: [32, 4] };

  test('may be larger than these layers need, and nothing else', async () => {
    for (const shape of [[4, 32], [4, 33], [5, 32]]) {
      const { shared } = of({ ...exact, vera_A: shape });
      expect(shared.vera_A).toMatchObject({ shape, data: null });
    }
    expect(of({}).shared.vera_A).toMatchObject({ shape: [4, 32], data: expect.any(Function) as unknown });
    for (const wrong of [{ vera_A: [4, 31] }, { vera_A: [3, 32] }, { vera_A: [4, 32, 1] }, { vera_A: [4] }, { other: [1] }] as Record<string, number[]>[]) expect(() => of(wrong)).toThrow(ConfigError);
    // They need no start values.
    expect(Object.keys(await of(exact).initialise(1, () => Promise.reject(new Error('no'))))).toEqual([0, 1].flatMap((block) => ['vera_lambda_b', 'vera_lambda_d'].map((suffix) => adapterLabel(query(block), suffix))));
  });

  test('lie as they are stored, with what they are made from', () => {
    const { rec } = recorded({ method: 'randlora', r: 4, bases: 'generated', ...QUERY });
    const A = there(rec.find('base_model.randlora_A'));
    expect([A.role, A.dtype, A.requiresGrad, rec.constants.has(A)]).toEqual(['bases', 'generated', false, true]);
    const plain = recorded(vera).rec;
    const plainA = there(plain.find('base_model.vera_A'));
    expect([plainA.role, plainA.dtype, plainA.shape, plainA.requiresGrad, plain.constants.has(plainA)]).toEqual(['bases', 'f32', [4, 32], false, false]);
    // A corner of what a file has: what is uploaded is cut.
    const wide = recorded({ method: 'randlora', r: 4, target_modules: ['query', 'intermediate.dense'] }).rec.find('base_model.randlora_B');
    expect([wide?.dtype, wide?.shape, wide?.cornerOf]).toEqual(['bf16', [48, 8, 4], [48, 8, 4]]);
  });
});

describe('what a method does besides', () => {
  test('is null where it does not, or its settings leave it out', async () => {
    const none = new Adapted(model, { method: 'lora', ...QUERY });
    expect([none.penalty, none.afterStep, none.average, none.common, none.shared, none.fixedOf(there(none.layers[0]))]).toEqual([null, null, null, {}, {}, {}]);
    const [penalty, afterStep, average] = [() => [], { record: () => undefined, numbers: () => [0, 0] as const }, () => 1];
    await guest({ penalty: () => penalty, afterStep: () => afterStep, average: () => average }, () => {
      const { penalty: one, afterStep: two, average: three } = new Adapted(model, { method: 'guest', ...QUERY });
      expect([one, two, three]).toEqual([penalty, afterStep, average]);
    });
  });

  test('is checked for each layer, by its own config', async () => {
    const check = vi.fn();
    await guest({ check }, () => new Adapted(model, { method: 'guest', r: 4, ...QUERY, rank_pattern: { 'layer.1.attention.attention.query': 2 } }));
    expect(check.mock.calls.map(([c, layer]) => [(c as MethodConfig).r, (layer as { name: string }).name])).toEqual([[4, query(0)], [2, query(1)]]);
  });
});

describe('weights of the model', () => {
  const all = [...new Adapted(model, { method: 'full' }).trace.weights.keys()];
  const bias = (name: string) => name.endsWith('query.bias');

  test('are in the file where they learn, all of them where all do', async () => {
    for (const c of [{ method: 'full' }, { method: 'full', modules_to_save: [] }]) expect(new Adapted(model, c).weightsInFile()).toEqual(all);
    expect(new Adapted(model, { method: 'linear_probe' }).weightsInFile().sort()).toEqual(['classifier.bias', 'classifier.weight']);
    await guest({ ...there(methods.linear_probe), trains: 'part', learns: (_, name) => bias(name) }, () => {
      const part = new Adapted(model, { method: 'guest' });
      expect(part.weightsInFile()).toEqual([...all.filter(bias), ...part.trainedHead]);
      expect(part.counts()).toEqual({ adapter_parameters: 64, head_parameters: 99 });
    });
  });

  test('learn in groups by how far they are below the head, and else in one; the others are stored as they may be', () => {
    const groups = (options: Recorded) => Object.fromEntries(recorded({ method: 'full' }, options).rec.flats.params().map(({ tensor, group }) => [tensor.label, group]));
    const plain = groups({});
    expect([plain['classifier.weight'], plain[`${query(0)}.weight`], new Set(Object.values(plain)).size]).toEqual(['head', 'adapter', 2]);
    expect([HEAD_GROUP, ADAPTER_GROUP]).toEqual(['head', 'adapter']);
    const layered = groups({ byLayer: true });
    expect([layered['classifier.weight'], new Set([layered[`${query(0)}.weight`], layered[`${query(1)}.weight`], layered['vit.layernorm.weight']]).size]).toEqual([HEAD_GROUP, 3]);
    const { rec } = recorded({ method: 'lora', ...QUERY }, { frozen_dtype: 'f16' });
    expect([rec.find(`${query(0)}.weight`)?.dtype, rec.find(`${query(0)}.bias`)?.dtype, rec.find('classifier.weight')?.dtype, rec.find(`${query(0)}.weight`)?.role]).toEqual(['f16', 'f32', 'f32', 'frozen']);
  });
});

describe('the file', () => {
  const source = tensorSource({ metadata: {}, names: () => [], has: () => false, info: () => { throw new Error('empty'); }, readRange: () => { throw new Error('empty'); } });
  const weight = (adapted: Adapted) => (name: string) => Promise.resolve(Float32Array.from({ length: there(adapted.trace.weights.get(name)).reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * i)));

  test.each<MethodConfig>([{ method: 'lora', r: 2 }, { method: 'vera', r: 4 }, { method: 'shira', r: 1 }, { method: 'pissa', r: 2 }, { method: 'pranc', num_alpha: 3 }, { method: 'linear_probe' }, { method: 'lora', r: 2, modules_to_save: [] }])('has the bytes that are said of it: %j', async (c) => {
    const adapted = new Adapted(model, c);
    const values = { ...(await adapted.initialise(1, weight(adapted))), ...adapted.newHead(1) };
    const saved = await saveAdapter(adapted, values, { base: { id: 'tiny', config, source } });
    expect(adapted.fileBytes()).toBe(there(saved.find(({ path }) => path.endsWith('.safetensors'))).bytes.length);
  });

  test('of which the fixed tensors are known among all values', async () => {
    const adapted = new Adapted(model, { method: 'shira', r: 1, ...QUERY });
    const values = await adapted.initialise(1, weight(adapted));
    const fixed = adapted.fixedAmong(values);
    const labels = [0, 1].flatMap((block) => Object.keys(adapted.fixedOf(there(adapted.layers[block]))).map((suffix) => adapterLabel(query(block), suffix)));
    expect(labels.length).toBeGreaterThan(1);
    expect(fixed).toEqual(Object.fromEntries(labels.map((label) => [label, values[label]])));
  });
});

describe('the form of a layer', () => {
  test('is the one that is asked for, whatever it costs; else streamed unless merged costs less', async () => {
    const of = (form: string, batch: number) => Object.values(new Adapted(model, { method: 'randlora', r: 16, ...QUERY, form }).forms(batch))[0];
    expect([of('streamed', 1e6), of('merged', 1), of('auto', 1e6), of('auto', 1)]).toEqual(['streamed', 'merged', 'merged', 'streamed']);
    for (const [cost, form] of [[{ streamed: 5, merged: 5 }, 'streamed'], [{ streamed: 6, merged: 5 }, 'merged'], [{ streamed: 6, merged: 5, merging: 2 }, 'streamed'], [{ streamed: 6 }, 'streamed']] as const) {
      await guest({ cost: () => cost }, () => expect([cost, new Adapted(model, { method: 'guest', ...QUERY }).forms(1)[query(0)]]).toEqual([cost, form]));
    }
    await guest({ cost: undefined }, () => {
      const adapted = new Adapted(model, { method: 'guest', ...QUERY });
      expect([adapted.costOf(there(adapted.layers[0]), 1), adapted.forms(1)[query(0)]]).toEqual([undefined, 'streamed']);
    });
  });

  test('counts rows of the texts where the layer reads those, once or for each image', async () => {
    const seen = async (method: string) => {
      const rows: [string, number][] = [];
      await guest({ prompts: promptsOf(method), cost: (_, { name }, tokens) => (rows.push([name, tokens]), { streamed: 1 }) }, () => {
        const adapted = new Adapted(clip, { method: 'guest', target_modules: '.*q_proj' });
        adapted.forms(5);
        return adapted.trace.linears.map(({ name, tower: of, rows: n }) => [name, of, n]);
      });
      return rows;
    };
    expect(readsTexts(clip)).toBe(true);
    const [once, each] = [await seen('coop'), await seen('cocoop')];
    const text = (rows: [string, number][]) => rows.filter(([name]) => name.startsWith('text')).map(([, n]) => n);
    expect(text(once).length).toBe(1);
    expect(text(each)).toEqual(text(once).map((n) => 5 * n));
    // Five images of a class token and four patches.
    expect(once.filter(([name]) => name.startsWith('vision')).map(([, n]) => n)).toEqual([25]);
  });
});

describe('layers as they are recorded', () => {
  /** Arguments that a method gets for its layers. */
  const given = async (change: Partial<Method>, c: object, ...programs: Recorded[]) => {
    const seen: { t: LayerTensors; x?: Tensor; residual?: Tensor; training?: boolean; rank: unknown; name: string }[] = [];
    let result!: ReturnType<typeof recorded>;
    await guest(
      {
        streamed: (own, layer, t, x, residual, training) => (seen.push({ t, x, residual, training, rank: own.r, name: layer.name }), lora.streamed(own, layer, t, x, residual, training)),
        merged: (own, layer, t) => (seen.push({ t, rank: own.r, name: layer.name }), there(lora.merged)(own, layer, t)),
        ...change,
      },
      () => (result = recorded({ method: 'guest', r: 4, ...QUERY, ...c }, ...programs)),
    );
    return { seen, ...result };
  };

  test('have what is theirs, with what all have in common, shared and fixed', async () => {
    const start = () => new Float32Array(3);
    const { seen, rec } = await given({ common: () => ({ both: { shape: [3], start }, top: { shape: [2], head: true, start } }), fixed: () => ({ mask: { shape: [5] }, key: { shape: [1], host: true } }) }, {}, { form: 'streamed', training: true });
    expect(seen.map(({ name, training, rank }) => [name, training, rank])).toEqual([[query(0), true, 4], [query(1), true, 4]]);
    const [{ t } = { t: undefined }] = seen;
    expect([t?.weight.shape, t?.bias?.shape, t?.own['lora_A.weight']?.shape, t?.stride]).toEqual([[1, 32, 32], [1, 32], [1, 4, 32], 1]);
    expect([t?.common.both?.label, t?.common.both?.shape, Object.keys(there(t).common)]).toEqual(['base_model.both', [3], ['both', 'top']]);
    expect(Object.fromEntries(Object.entries(there(t).fixed).map(([suffix, { label, shape, role }]) => [suffix, [label, shape, role]]))).toEqual({ mask: [adapterLabel(query(0), 'mask'), [1, 5], 'bases'] });
    expect(rec.flats.params().filter(({ tensor }) => /both|top/.test(tensor.label)).map(({ tensor, group }) => [tensor.label, group])).toEqual([['base_model.both', ADAPTER_GROUP], ['base_model.top', HEAD_GROUP]]);
  });

  test('of which nothing of the adapter is left run as they are', async () => {
    const tensors: Method['tensors'] = (c, layer) => (layer.name === query(0) ? { 'lora_A.weight': [0, 32], 'lora_B.weight': [32, 0] } : lora.tensors(c, layer));
    const { seen, adapted, rec } = await given({ tensors }, {}, { form: 'streamed' });
    expect([seen.map(({ name }) => name), adapted.stacks(rec).flatMap(({ layers }) => layers.map(({ name }) => name)), adapted.layers.length]).toEqual([[query(1)], [query(1)], 2]);
    expect(adapted.stacks(new Recorder())).toEqual([]);
  });

  test('run apart where the method says so, or says nothing', async () => {
    const two = { target_modules: ['query', 'key'] };
    for (const runsAsOne of [undefined, () => false]) expect((await given({ runsAsOne }, two, { form: 'streamed' })).seen.map(({ name }) => name.replace(/.*\./, ''))).toEqual(['query', 'key', 'query', 'key']);
    expect((await given({}, two, { form: 'streamed' })).seen.map(({ t }) => [t.own['lora_A.weight']?.shape, t.weight.shape, t.stride, t.fixed])).toEqual(Array(2).fill([[2, 4, 32], [3, 32, 32], 1, {}]));
    expect((await given({}, { target_modules: ['query', 'value'] }, { form: 'streamed' })).seen.map(({ t }) => t.stride)).toEqual([2, 2]);
  });

  test('are recorded alike where activations are computed again', async () => {
    const [kept, again] = [await given({}, {}, {}), await given({}, {}, { checkpoint_activations: true })];
    const [one = [], other = []] = [kept.labels[0], again.labels[0]];
    // Blocks have names then.
    expect(other.map((label, i) => label.endsWith(there(one[i])) && label.length - there(one[i]).length)).toEqual(one.map((label) => (label.includes('.layer.') || label === 'attention' ? 'vit.encoder.layer.0.'.length : 0)));
    expect(other.some((label) => label.startsWith('vit.encoder.layer.1.vit'))).toBe(true);
  });

  test('have no fixed tensors where they run as one', async () => {
    const { seen } = await given({ fixed: () => ({ mask: { shape: [5] } }) }, { target_modules: ['query', 'key'] }, { form: 'streamed' });
    expect(seen.map(({ t }) => [t.own['lora_A.weight']?.shape[0], t.fixed])).toEqual([[2, {}], [2, {}]]);
  });

  test('stay as the first program has them: another may bind them by themselves', async () => {
    const two = { target_modules: ['query', 'key', 'value'] };
    const first = await given({}, two, { form: 'merged' }, { form: 'streamed' });
    expect(first.adapted.stacks(first.rec).map(({ layers }) => layers.length)).toEqual([3, 3]);
    const apart = await given({ runsAsOne: (_, form) => form === 'merged' }, two, { form: 'streamed' }, { form: 'merged' });
    // What was declared alone is not found in one piece later.
    expect([apart.seen.length, apart.adapted.stacks(apart.rec).length]).toEqual([12, 6]);
    const parts = await given({ runsAsOne: (_, form) => form === 'merged' }, two, { form: 'merged' }, { form: 'streamed' });
    expect([parts.seen.length, parts.adapted.stacks(parts.rec).length]).toEqual([8, 2]);
  });

  test('of one rank of a whole number of words are bound alone only where another program needs it', async () => {
    const qkv = { r: 1, target_modules: ['query', 'key', 'value'] };
    // Three numbers are 12 bytes: what is bound begins at a multiple of 32.
    const alone: Partial<Method> = { tensors: (c, layer) => ({ ...lora.tensors(c, layer), extra: [3] }), runsAsOne: (_, form) => form === 'merged', cost: (_, __, tokens) => (tokens > 20 ? { streamed: 2, merged: 1 } : { streamed: 1, merged: 2 }) };
    const stacks = async (change: Partial<Method>, options: Recorded) => {
      const { adapted, rec } = await given(change, qkv, { batch: 100, ...options });
      return adapted.stacks(rec).length;
    };
    expect([await stacks(alone, {}), await stacks(alone, { beside: 100 }), await stacks(alone, { beside: 1 })]).toEqual([2, 2, 6]);
  });

  test('have bias, activation and residual in either form, but not the last two at once', async () => {
    await guest({}, () => {
      /** Records a call of one adapted layer. */
      const call = (options: Recorded, how: { act?: 'gelu'; residual?: true; bias?: false }, name = query(0)) => {
        const adapted = new Adapted(model, { method: 'guest', ...QUERY });
        const rec = new Recorder();
        let shape: readonly number[] = [];
        const { entries } = rec.program('p', () => {
          const ctx = adapted.context({ rec, batch: 1, training: false, frozen_dtype: 'f32', checkpoint_activations: false, ...options });
          const [x, residual] = ['x', 'res'].map((label) => rec.declare('input', label, [2, 32]));
          const y = ctx.linear(name, there(x), 32, { ...how, ...(how.residual ? { residual } : { residual: undefined }) });
          ({ shape } = y);
          rec.keep(y);
        });
        const bound = new Set(entries.flatMap(({ tensors }) => Object.values(tensors).map(({ label }) => label)));
        return { shape, res: bound.has('res'), bias: bound.has(`${name}.bias`), kernels: JSON.stringify(entries.map(({ kernel, overrides, params }) => [kernel.name, overrides, params])), labels: entries.map(({ label }) => label), once: rec.onceProgram?.entries.length ?? 0 };
      };
      for (const options of [{ form: 'streamed' }, { form: 'merged' }, { form: 'merged', merging: 'again' }, { form: 'merged', merging: 'kept' }, { form: 'merged', merging: 'once' }] as const) {
        const [plain, act, residual, bare] = [call(options, {}), call(options, { act: 'gelu' }), call(options, { residual: true }), call(options, { bias: false })];
        expect([plain, act, residual, bare].map((one) => [one.shape, one.bias, one.res, one.once > 0])).toEqual([[[2, 32], true, false, 'merging' in options && options.merging === 'once'], [[2, 32], true, false, plain.once > 0], [[2, 32], true, true, plain.once > 0], [[2, 32], false, false, plain.once > 0]]);
        expect(act.kernels).not.toBe(plain.kernels);
        expect(plain.labels.every((label) => label.startsWith(query(0)))).toBe(true);
      }
      expect(() => call({ form: 'streamed' }, { act: 'gelu', residual: true })).toThrow(/activation and residual/);
    });
  });
});

describe('tokens that a method puts beside those of images', () => {
  const labelsOf = ({ rec }: ReturnType<typeof recorded>) => rec.flats.params().map(({ tensor }) => tensor.label).filter((label) => label.startsWith('base_model.'));

  test('are trained, before each block that has its own', () => {
    const [shallow, deep] = [recorded({ method: 'vpt', n_ctx: 3, prompt_depth: 1 }), recorded({ method: 'vpt', n_ctx: 3, prompt_depth: 2 })];
    expect(labelsOf(deep).length).toBe(2);
    for (const one of [shallow, deep]) expect(labelsOf(one)).toEqual(Object.keys(one.adapted.common).map((name) => `base_model.${name}`));
    expect(shallow.adapted.tokens).toBe(8);
    expect([shallow, deep].map(({ adapted }) => adapted.counts().adapter_parameters)).toEqual([3 * 32, 2 * 3 * 32]);
    expect(recorded({ method: 'lora', ...QUERY }).adapted.tokens).toBe(5);
  });

  test('begin with values of their own for each seed, method and name', async () => {
    const values = async (seed: number) => Object.values(await new Adapted(model, { method: 'vpt', n_ctx: 3, prompt_depth: 2 }).initialise(seed, () => Promise.reject(new Error('no'))));
    const [[one, deeper], [again], [other]] = [await values(1), await values(1), await values(2)];
    expect(one).toEqual(again);
    for (const values of [deeper, other]) expect(values).not.toEqual(one);
  });

  test('stand in texts that are made once a step, without what training alone does', async () => {
    const seen: boolean[] = [];
    await guest({ prompts: promptsOf('maple'), streamed: (c, layer, t, x, residual, training) => (seen.push(training), lora.streamed(c, layer, t, x, residual, training)) }, () => {
      const { rec, labels } = recorded({ method: 'guest', target_modules: '.*q_proj' }, { on: clip, training: true, form: 'streamed', learning: {} });
      // The text tower's layer, then the image's.
      expect(seen.toSorted()).toEqual([false, true]);
      expect([rec.onceProgram !== null, labels[0]?.some((label) => label.includes('text_model')), rec.onceProgram?.entries.some(({ label }) => label.includes('text_model'))]).toEqual([true, false, true]);
      const ofTexts = new Set(there(rec.onceProgram).entries.flatMap(({ tensors }) => Object.values(tensors).map(({ storage }) => rec.roleOfOnce.get(storage))));
      expect([ofTexts.has('texts'), ofTexts.has('merged')]).toEqual([true, false]);
    });
  });

  test('may say something of their own by features, and learn by it in training', async () => {
    const prompts = promptsOf('maple');
    const learned: boolean[] = [];
    const learning: ContextOptions['learning'] = {};
    const compare: NonNullable<typeof prompts.compare> = (_, { logits }, __, isLearning) => (learned.push(isLearning), { logits, weight: 0.5 });
    await guest({ prompts: { ...prompts, compare } }, () => {
      recorded({ method: 'guest', target_modules: '.*q_proj' }, { on: clip, learning });
      recorded({ method: 'guest', target_modules: '.*q_proj' }, { on: clip });
    });
    expect([learned, learning.weight]).toEqual([[true, false], 0.5]);
  });
});

describe('start values', () => {
  test('are made from the layer\'s own weight, and say how far they are where that takes long', async () => {
    const asked: string[] = [];
    const progress = vi.fn();
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 60));
    try {
      await new Adapted(model, { method: 'pissa', r: 2, ...QUERY }).initialise(1, (name) => (asked.push(name), Promise.resolve(Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i * i)))), { progress });
      expect(progress.mock.calls).toEqual([[1, 2], [2, 2]]);
      await new Adapted(model, { method: 'lora', ...QUERY }).initialise(1, () => Promise.reject(new Error('no')));
      clock.mockImplementation(() => now);
      await new Adapted(model, { method: 'lora', ...QUERY }).initialise(1, () => Promise.reject(new Error('no')), { progress });
      expect(progress).toHaveBeenCalledTimes(2);
    } finally {
      clock.mockRestore();
    }
    expect([...new Set(asked)]).toEqual([0, 1].map((block) => `${query(block)}.weight`));
  });
});

describe('which layers, and the head', () => {
  test('are those of the model as the method has it, none where it is on none', async () => {
    expect(layersOf(lora, { method: 'lora', ...QUERY }, model).map(({ name }) => name)).toEqual([query(0), query(1)]);
    expect(layersOf(there(methods.vpt), { method: 'vpt' }, model)).toEqual([]);
    await guest({ onNoLayer: true }, () => expect(new Adapted(model, { method: 'guest', ...QUERY }).layers).toEqual([]));
  });

  test('numbers of layers are taken apart at commas, and a convolution or the head is none', () => {
    const of = (rules: Record<string, unknown>) => targetLayers(model, rules).map(({ name }) => name);
    expect(of({ ...QUERY, layers_to_transform: '01' })).toEqual([query(1)]);
    // By default what the model has none of is passed by; what is named is not.
    expect(() => of({ target_modules: ['nothing'] })).toThrow();
    expect(of({ target_modules: 'all-linear' }).filter((name) => /classifier|projection/.test(name))).toEqual([]);
    expect(() => of({ target_modules: ['classifier'] })).toThrow(/classifier/);
    expect(() => of({ target_modules: ['classifier'] })).not.toThrow(/a convolution/);
    expect(() => of({ target_modules: ['projection'] })).toThrow(/a convolution/);
  });

  test('of a model without a head nothing but the adapter learns, whatever PEFT calls heads', () => {
    const headless = withTextHead(clip, 2);
    const of = (modules_to_save: string[] | null | undefined) => new Adapted(headless, { method: 'lora', target_modules: '.*vision.*q_proj', ...(modules_to_save !== undefined && { modules_to_save }) });
    expect([of(undefined), of(null), of([])].map(({ trainedHead }) => trainedHead.size)).toEqual([0, 0, 0]);
    expect(() => of(['classifier'])).toThrow(/has none/);
    expect(() => new Adapted(headless, { method: 'linear_probe' })).toThrow(/fixed one/);
    expect(() => new Adapted(model, { method: 'linear_probe', modules_to_save: null })).toThrow(/left out/);
    const texts = parseModel({ model_type: 'bert', hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 24, vocab_size: 30, max_position_embeddings: 16, num_labels: 2 });
    expect(() => new Adapted(model, { method: 'lora', ...QUERY, modules_to_save: ['other'] })).toThrow(/the head \(classifier\)/);
    expect(new Adapted(texts, { method: 'lora', ...QUERY, modules_to_save: ['score'] }).trainedHead.size).toBe(0);
    expect(() => new Adapted(texts, { method: 'linear_probe', modules_to_save: ['score'] })).toThrow(/left out/);
    for (const name of ['classifier', 'score']) expect(new Adapted(texts, { method: 'lora', ...QUERY, modules_to_save: ['classifier', name] }).trainedHead.size).toBe(2);
    expect(() => new Adapted(texts, { method: 'lora', ...QUERY, modules_to_save: ['classifier', 'pooler'] })).toThrow(ConfigError);
    const decoder = parseModel({ model_type: 'llama', architectures: ['LlamaForSequenceClassification'], hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 2, intermediate_size: 24, vocab_size: 30, max_position_embeddings: 16, num_labels: 2 });
    for (const name of ['classifier', 'score']) expect([...new Adapted(decoder, { method: 'lora', modules_to_save: ['score', name] }).trainedHead]).toEqual(['score.weight']);
  });
});
