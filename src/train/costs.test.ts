import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { methodFields, trainsOf } from '../adapters/fields';
import type { Program } from '../engine/record';
import { parseModel } from '../models';
import type { Model } from '../models/model';
import { formOf } from '../tasks';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { traffic } from '../testing/traffic';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from './config';
import { planRun } from './plan';
import type { MethodConfig } from './protocol';

/** Costs that no machine changes. Whoever makes a step cheaper, or knows why it became dearer, writes them anew: npx vitest run src/train/costs.test.ts -u */

const labels = Array.from({ length: 10 }, (_, i) => `${i}`);

function modelOf(name: string, image_size?: number): Model {
  const model = parseModel(JSON.parse(readFileSync(`public/models/${name}/config.json`, 'utf8')) as Record<string, unknown>);
  return formOf(model, 'auto').with({ labels, ...(image_size && { image_size }) });
}

const workOf = (program: Program | null): number => program?.entries.reduce((sum, { work = 0 }) => sum + work, 0) ?? 0;

/** Dispatches, multiply-adds and bytes of a step of training on pictures that were not seen before, and dispatches of a batch of such that is evaluated. */
function costOf(model: Model, method: MethodConfig): string {
  const { plan, programs } = planRun(new Adapted(model, method), completeTrain({ batch: 16, steps: 100 }), 100);
  const trunk = programs.trunk?.program ?? null;
  const work = workOf(programs.once) + workOf(trunk) + workOf(programs.train) + workOf(programs.update);
  return [method.method.padEnd(14), String(plan.dispatches).padStart(5), String(work).padStart(12), String(plan.total_bytes).padStart(10), String((trunk?.entries.length ?? 0) + (programs.evaluate?.entries.length ?? 0)).padStart(5)].join(' ');
}

const fits = Object.values(methodFields).filter(({ texts }) => !texts).map(({ method }) => method);

test.each([['deit-tiny-patch16-224', 64, fits], ['vit-nano', 0, ['lora', 'randlora', 'full', 'linear_probe']], ['clip-nano', 0, ['lora', 'randlora']], ['bert-nano', 0, ['lora', 'randlora', 'full']], ['llama-nano', 0, ['lora', 'randlora', 'full']]] as const)('a step on %s costs what it did', async (name, side, methods) => {
  const model = modelOf(name, side);
  const lines = methods.filter((method) => model.head !== null || trainsOf(method) !== 'head').map((method) => costOf(model, { method }));
  await expect(['method    dispatches multiply-adds     bytes  eval', ...lines, ''].join('\n')).toMatchFileSnapshot(`../testing/costs/${name}.txt`);
});

test('steps are sent and read back as seldom as before', async () => {
  const device = await mustOpen(gpu());
  const [model, data] = [await tinyModel(), tinyData()];
  const of = async (steps: number) => {
    const spec = { id: 'r', name: 'r', model: model.id, data: 'tiny', method: { method: 'randlora', r: 2 }, train: completeTrain({ steps, batch: 4, seed: 0, eval_every: 0 }) };
    return (await traffic(() => trainRun(device, { spec, model, data }))).traffic;
  };
  // A machine that is slow sends a step in pieces: here all of them take no time.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const [few, many] = [await of(2), await of(34)];
  clock.mockRestore();
  expect({ submits: many.submits - few.submits, copies: many.copies - few.copies, reads: many.reads - few.reads }).toEqual({ submits: 32 * 3, copies: 32, reads: 32 });
});
