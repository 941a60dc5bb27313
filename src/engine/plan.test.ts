import { beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { adamw } from '../optim/adamw';
import { add, scaleBy } from '../ops/add';
import { attention } from '../ops/attention';
import { crossEntropy } from '../ops/crossEntropy';
import { dropout } from '../ops/dropout';
import { embed } from '../ops/embed';
import { layerNorm } from '../ops/layerNorm';
import { linear } from '../ops/matmul';
import { pool } from '../ops/pool';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import type { Device } from './device';
import { Machine } from './machine';
import { MOST_STAGING_BYTES, planMemory, STAGING_BYTES, type MemoryPlan, type Place } from './plan';
import { Recorder, type Program, type RecorderOptions } from './record';
import type { Storage, Tensor } from './tensor';

/** A transformer of two blocks with training and evaluation programs: every role and every way to hold memory. */
function transformer(): Recorder {
  const rec = new Recorder();
  const [B, T, C, F, K] = [2, 5, 8, 12, 3];
  const images = rec.declare('input', 'patches', [B, T - 1, C]);
  const labels = rec.declare('input', 'labels', [B], 'u32');
  const body = () => {
    let x = embed(images, rec.param('cls', [C], 'plain'), rec.param('positions', [T, C], 'plain'));
    for (const block of ['block0', 'block1']) {
      rec.scope(block, () => {
        const weight = (name: string, out: number, inn: number) => rec.declare('frozen', `${block} ${name}`, [out, inn], name === 'q' ? 'f16' : 'f32');
        const norm = (name: string) => layerNorm(x, rec.param(`${block} ${name} weight`, [C], 'plain'), rec.param(`${block} ${name} bias`, [C], 'plain'), 1e-6);
        const h = norm('norm1');
        const [q, k, v] = ['q', 'k', 'v'].map((name) => linear(h, weight(name, C, C)));
        x = add(x, dropout(attention(q!, k!, v!, 2), 0.1));
        const hidden = linear(norm('norm2'), rec.param(`${block} up`, [F, C], 'weights'), { act: 'gelu' });
        x = linear(hidden, rec.param(`${block} down`, [C, F], 'weights'), { bias: rec.param(`${block} down bias`, [C], 'plain'), residual: x });
      });
    }
    return linear(pool(x, 0, 1), rec.param('head', [K, C], 'head'));
  };
  rec.program('train', () => {
    const logits = body();
    const { dlogits } = crossEntropy(logits, labels);
    rec.backward(logits, dlogits!);
  });
  rec.program('update', () => adamw({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: {}, headGroups: ['head'] }));
  rec.program('evaluate', () => void rec.keep(crossEntropy(body(), labels).rows), { gradients: false });
  return rec;
}

/** A temporary `t` made in program a and read in program b, which has made one of its own first. */
function acrossPrograms(make: (rec: Recorder, body: () => Tensor) => Tensor = (_, body) => body()): { rec: Recorder; t: Tensor } {
  const rec = new Recorder();
  const x = rec.declare('input', 'x', [64]);
  let t!: Tensor;
  rec.program('a', () => {
    t = make(rec, () => scaleBy(x, 2));
    rec.keep(scaleBy(t, 3));
  }, { gradients: false });
  rec.program('b', () => {
    const u = scaleBy(scaleBy(x, 5), 7);
    rec.keep(add(u, t));
  }, { gradients: false });
  return { rec, t };
}

const storagesOf = (program: Program, i: number) => new Set(Object.values(defined(program.entries[i]).tensors).map((t) => t.storage));

describe('planMemory', () => {
  const rec = transformer();
  const plan = planMemory(rec);

  test('two temporaries in one buffer are never alive together', () => {
    let shared = 0;
    for (const program of rec.programs) {
      const alive = new Map<Storage, number[]>();
      program.entries.forEach((_, i) => storagesOf(program, i).forEach((s) => alive.set(s, [...(alive.get(s) ?? []), i])));
      const temps = [...alive].filter(([s]) => defined(plan.buffers[plan.places.get(s)!.buffer]).role === 'temp');
      for (const [a, inA] of temps) {
        for (const [b, inB] of temps) {
          if (a.id >= b.id || plan.places.get(a)!.buffer !== plan.places.get(b)!.buffer) continue;
          shared++;
          expect(inA.at(-1)! < defined(inB[0]) || inB.at(-1)! < defined(inA[0]), `${a.label} and ${b.label}`).toBe(true);
        }
      }
    }
    expect(shared).toBeGreaterThan(20);
  });

  test('a temporary of one program that another reads is refused; one that is kept, or made once a step, has a buffer that nothing else uses', () => {
    expect(() => planMemory(acrossPrograms().rec)).toThrow(/program a.*program b/);
    for (const make of [(rec: Recorder, body: () => Tensor) => rec.keep(body()), (rec: Recorder, body: () => Tensor) => rec.once('t', body)]) {
      const { rec, t } = acrossPrograms(make);
      const { places } = planMemory(rec);
      const buffer = places.get(t.storage)?.buffer;
      expect(buffer).toBeDefined();
      expect([...places].filter(([storage, place]) => place.buffer === buffer && storage !== t.storage)).toEqual([]);
    }
  });

  test('a temporary is written before it is read', () => {
    for (const program of rec.programs) {
      const written = new Set<Storage>();
      for (const { kernel, tensors, label } of program.entries) {
        for (const b of kernel.bindings) {
          const { storage } = defined(tensors[b.name]);
          if (storage.role === 'temp' && b.access === 'read') expect(written.has(storage), `${label} reads ${storage.label}`).toBe(true);
        }
        for (const b of kernel.bindings) if (b.access === 'read_write') written.add(defined(tensors[b.name]).storage);
      }
    }
  });

  test('nothing that a dispatch reads lies in a buffer that it writes, and what it writes does not overlap', () => {
    for (const program of rec.programs) {
      for (const { kernel, tensors, label } of program.entries) {
        const place = (name: string) => plan.places.get(defined(tensors[name]).storage)!;
        for (const w of kernel.bindings.filter((b) => b.access === 'read_write')) {
          for (const other of kernel.bindings.filter((b) => b !== w && place(b.name).buffer === place(w.name).buffer)) {
            expect(other.access, `${label}: ${other.name} beside ${w.name}`).toBe('read_write');
            const [a, b] = [place(w.name), place(other.name)].sort((x, y) => x.offset - y.offset) as [Place, Place];
            expect(a.offset + a.bytes, `${label}: ${other.name} and ${w.name}`).toBeLessThanOrEqual(b.offset);
          }
        }
      }
    }
  });

  test('places lie inside their buffers, at offsets a binding may have', () => {
    for (const [storage, { buffer, offset, bytes }] of plan.places) {
      expect(offset % 256).toBe(0);
      expect(bytes).toBeGreaterThanOrEqual(storage.bytes);
      expect(offset + bytes, storage.label).toBeLessThanOrEqual(defined(plan.buffers[buffer]).bytes);
    }
  });

  test('flat parameters, gradients and moments have the same layout and do not overlap', () => {
    const members = rec.flats.params().map(({ tensor }) => tensor);
    const spans = members.map((t) => ({ ...t.storage.flat!, end: t.storage.flat!.offset + t.storage.bytes })).sort((a, b) => a.offset - b.offset);
    spans.slice(1).forEach((span, i) => expect(span.offset).toBeGreaterThanOrEqual(defined(spans[i]).end));
    for (const t of members) expect({ ...rec.paramGrad(t).storage.flat, name: 'param' }).toEqual(t.storage.flat);
    expect(plan.bytes.grad).toBe(plan.bytes.param);
    // Two moments, and the four floats of the gradient norm.
    expect(plan.bytes.state).toBe(2 * plan.bytes.param! + 16);
  });

  test('bytes by role add up', () => {
    const sum = (role?: string) => plan.buffers.filter((b) => !role || b.role === role).reduce((n, b) => n + b.bytes, 0);
    for (const [role, bytes] of Object.entries(plan.bytes)) expect(sum(role), role).toBe(bytes);
    expect(Object.values(plan.bytes).reduce((a, b) => a + b, 0)).toBe(plan.total);
    expect(sum()).toBe(plan.total);
    // Two blocks with q in f16 and k, v in f32.
    expect(plan.bytes.frozen).toBe(2 * (8 * 8 * 2 + 2 * 8 * 8 * 4));
    expect(plan.bytes.input).toBe(2 * 4 * 8 * 4 + 16);
  });

  test('is the same every time', () => {
    const again = planMemory(transformer());
    expect(again.buffers).toEqual(plan.buffers);
    expect([...again.places.values()]).toEqual([...plan.places.values()]);
  });

  test('params are stored once per distinct set, and each entry finds its own', () => {
    for (const program of rec.programs) {
      const view = new DataView(plan.uniforms.buffer);
      program.entries.forEach(({ kernel, params }, i) => {
        const at = defined(plan.paramOffsets.get(program)![i]);
        if (kernel.paramsBinding < 0) expect(at).toBe(-1);
        else kernel.params.forEach(({ name, type }, f) => expect(type === 'f32' ? view.getFloat32(at + 4 * f, true) : view.getUint32(at + 4 * f, true)).toBe(type === 'f32' ? Math.fround(defined(params[name])) : params[name]));
      });
    }
    const entries = rec.programs.reduce((n, p) => n + p.entries.length, 0);
    expect(plan.uniforms.length / 256).toBeLessThan(entries / 2);
  });
});

describe('the plan and the device', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test('the ledger equals the plan to the byte, and is empty in the end', async () => {
    expect(device.ledger).toEqual({});
    const rec = transformer();
    const machine = await Machine.build(device, rec);
    expect(device.ledger).toEqual(planMemory(transformer()).bytes);
    expect(machine.plan.bytes).toEqual(device.ledger);
    for (const program of rec.programs) await machine.run(program);
    await machine.idle();
    expect(machine.plan.bytes).toEqual(device.ledger);
    machine.destroy();
    expect(device.ledger).toEqual({});
    machine.destroy();
    expect(device.ledger).toEqual({});
  });
});

test('the staging buffer is as large as what is read together, within what the device and a limit of memory allow', () => {
  const planOf = (together: number, options: RecorderOptions = {}) => {
    const rec = new Recorder(options);
    rec.program('p', () => void rec.keep(scaleBy(rec.declare('input', 'x', [64]), 2)));
    planMemory(rec);
    rec.readTogether(together);
    rec.readTogether(16);
    return planMemory(rec);
  };
  const staging = (together: number, options?: RecorderOptions) => planOf(together, options).buffers.find(({ label }) => label === 'staging')!.bytes;
  const MiB = 2 ** 20;
  expect([0, MiB, MiB + 16, 100 * MiB].map((together) => staging(together))).toEqual([STAGING_BYTES, MiB, MiB + 16, MOST_STAGING_BYTES]);
  expect(staging(100 * MiB, { maxBinding: 2 * MiB })).toBe(2 * MiB);
  expect(planOf(100 * MiB, { memory: 3 * MiB }).total).toBe(3 * MiB);
  expect(staging(100 * MiB, { memory: 1 })).toBe(STAGING_BYTES);
  // A lender's is used where it is large enough.
  const [small, large] = [planOf(MiB), planOf(2 * MiB)];
  const lent = (own: number, plan: MemoryPlan) => {
    const rec = new Recorder();
    rec.program('p', () => void rec.keep(scaleBy(rec.declare('input', 'x', [64]), 2)));
    rec.readTogether(own);
    return planMemory(rec, { plan, holds: () => true }).bytes.staging ?? 0;
  };
  expect([lent(MiB, large), lent(2 * MiB, large), lent(2 * MiB, small)]).toEqual([0, 0, 2 * MiB]);
});
