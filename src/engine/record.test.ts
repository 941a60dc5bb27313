import { describe, expect, test } from 'vitest';
import { add } from '../ops/add';
import { crossEntropy } from '../ops/crossEntropy';
import { dropout } from '../ops/dropout';
import { layerNorm } from '../ops/layerNorm';
import { linear } from '../ops/matmul';
import { kernel } from './kernel';
import { printProgram } from './print';
import { Recorder, recorder } from './record';

const copy = kernel(
  'copy',
  `struct Params { count: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;`,
);
const halves = kernel('halves', '@group(0) @binding(0) var<storage, read> w: array<vec4<f16>>;\n@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;');

/** Records one dispatch of `copy` and returns the error. */
function emitting(change: (call: { tensors: Record<string, unknown>; params: Record<string, number>; grid: number[] }, rec: Recorder) => void): () => void {
  return () => {
    const rec = new Recorder();
    rec.program('test', () => {
      const call = { tensors: { x: rec.declare('input', 'x', [8]), out: rec.temp('y', [8]) }, params: { count: 8, scale: 1 }, grid: [1] };
      change(call, rec);
      rec.emit(copy, call);
    });
  };
}

describe('emit', () => {
  test('accepts what the kernel declares', () => {
    expect(emitting(() => {})).not.toThrow();
    expect(emitting((c) => (c.tensors.x = null))).not.toThrow();
  });

  test.each<[string, Parameters<typeof emitting>[0], string]>([
    ['a missing tensor', (c) => delete c.tensors.out, 'copy: binds x, out, but was given x'],
    ['an unknown tensor', (c) => (c.tensors.bias = null), 'copy: binds x, out, but was given x, out, bias'],
    ['a missing param', (c) => delete (c.params as Record<string, number>).scale, 'copy: takes params count, scale, but was given count'],
    ['an unknown param', (c) => (c.params.width = 3), 'copy: takes params count, scale, but was given count, scale, width'],
    ['reading and writing one buffer', (c) => (c.tensors.x = c.tensors.out), 'copy: out and x are the same buffer (y)'],
    ['a view of what is written', (c, rec) => (c.tensors.x = rec.view(c.tensors.out as never, [2, 4])), 'copy: out and x are the same buffer (y)'],
    ['labels where numbers belong', (c, rec) => (c.tensors.x = rec.declare('input', 'labels', [8], 'u32')), 'copy: x is array<f32>, but labels holds u32'],
    ['f16 where f32 belongs', (c, rec) => (c.tensors.x = rec.declare('frozen', 'w', [8], 'f16')), 'copy: x is array<f32>, but w holds f16'],
    ['a grid too large', (c) => (c.grid = [1, 65_536]), 'copy: a grid of 1 x 65536 x 1 workgroups is not between 1 and 65535'],
    ['an empty grid', (c) => (c.grid = [0]), 'copy: a grid of 0 x 1 x 1 workgroups is not between 1 and 65535'],
  ])('refuses %s', (_, change, message) => {
    expect(emitting(change)).toThrow(expect.objectContaining({ name: 'EngineError', message }));
  });

  test('f32 does not pass for f16', () => {
    const rec = new Recorder();
    rec.program('test', () => {
      expect(() => rec.emit(halves, { tensors: { w: rec.declare('frozen', 'w', [8]), out: rec.temp('y', [8]) }, grid: [1] })).toThrow('halves: w is array<vec4<f16>>, but w holds f32');
    });
  });
});

describe('Recorder', () => {
  test('ops need a program', () => {
    expect(() => recorder()).toThrow(/no program is being recorded/);
  });

  test('a failed program leaves the recorder usable', () => {
    const rec = new Recorder();
    expect(() => rec.program('bad', () => rec.checkpoint(() => { throw new Error('no'); }))).toThrow('no');
    const x = rec.declare('input', 'x', [3], 'f32', true);
    const good = rec.program('good', () => rec.backward(add(x, x), rec.declare('input', 'd', [3])));
    expect(good.entries).toHaveLength(2);
    expect(rec.programs.map((p) => p.name)).toEqual(['good']);
  });

  test('refuses a program in a program, and a name twice', () => {
    const rec = new Recorder();
    expect(() => rec.program('a', () => rec.program('b', () => {}))).toThrow(/b: another program is being recorded/);
    rec.program('a', () => {});
    expect(() => rec.program('a', () => {})).toThrow(/a is recorded already/);
  });

  test('tensors by label', () => {
    const rec = new Recorder();
    const w = rec.declare('frozen', 'w', [2, 3]);
    expect(rec.declare('frozen', 'w', [2, 3])).toBe(w);
    expect(rec.find('w')).toBe(w);
    expect(() => rec.declare('frozen', 'w', [4])).toThrow('w: declared twice with different shapes, [2, 3] and [4]');
    expect(() => rec.declare('frozen', 'w0', [2, 0])).toThrow('w0: every dimension must be a positive integer, [2, 0]');
    expect(() => rec.view(w, [5])).toThrow('view: w: sizes differ, [2, 3] and [5]');
    const p = rec.param('p', [2], 'plain');
    expect(rec.param('p', [2], 'plain')).toBe(p);
    expect(() => rec.paramGrad(w)).toThrow('paramGrad: w is not a parameter');
  });

  test('frozen tensors get no backward dispatch, evaluation none at all', () => {
    const record = (grad: boolean, gradients: boolean) => {
      const rec = new Recorder();
      return rec
        .program(
          'p',
          () => {
            const x = rec.declare('input', 'x', [4, 8]);
            const out = linear(x, grad ? rec.param('w', [8, 8], 'plain') : rec.declare('frozen', 'w', [8, 8]), { act: 'gelu' });
            if (gradients) rec.backward(out, rec.declare('input', 'd', [4, 8]));
          },
          { gradients },
        )
        .entries.map((e) => `${e.phase} ${e.label}`);
    };
    expect(record(true, true)).toEqual(['forward matmul', 'backward d gelu', 'backward d w']);
    expect(record(false, true)).toEqual(['forward matmul']);
    expect(record(true, false)).toEqual(['forward matmul']);
  });

  test('a residual hands its gradient on without a copy', () => {
    const rec = new Recorder();
    const x = rec.declare('input', 'x', [4, 8], 'f32', true);
    const d = rec.declare('input', 'd', [4, 8]);
    rec.program('p', () => {
      const y = add(x, rec.declare('input', 'y', [4, 8]));
      rec.backward(y, d);
      expect(rec.gradOf(x)!.storage).toBe(d.storage);
    });
  });
});

describe('printProgram', () => {
  test('reads as the program', () => {
    const rec = new Recorder();
    const program = rec.program('train', () => {
      const x = rec.declare('input', 'x', [2, 8]);
      const h = rec.scope('block0', () => {
        const n = layerNorm(x, rec.declare('frozen', 'norm.weight', [8]), rec.declare('frozen', 'norm.bias', [8]), 1e-5, 'norm');
        return dropout(linear(n, rec.declare('frozen', 'up.weight', [12, 8], 'f16'), { act: 'gelu', label: 'up' }), 0.25);
      });
      const logits = linear(h, rec.param('head', [3, 12], 'head'), { label: 'head' });
      rec.backward(logits, crossEntropy(logits, rec.declare('input', 'labels', [2], 'u32')).dlogits!);
    });
    expect(`\n${printProgram(program)}\n`).toMatchInlineSnapshot(`
      "
      program train: 7 dispatches
      #0 forward block0.norm layer_norm <1x1x1> x=x[2, 8] weight=norm.weight[8] bias=norm.bias[8] -> out=block0.norm[2, 8] stats=block0.norm stats[2, 2] {rows=2 width=2 eps=0.0000100000}
      #1 forward block0.up matmul.vec4.f16 <1x1x1> x=block0.norm[2, 8] weight=up.weight[12, 8] f16 -> out=block0.up[2, 12] {ACT=1 MODE=1 M=2 N=12 K=8 heads=1 alpha=1 accumulate=0 ldx=2 ldw=2 ldo=3 x_outer=0 x_inner=0 w_outer=0 w_inner=0 o_outer=0 o_inner=0}
      #2 forward block0.dropout dropout <1x1x1> x=block0.up[2, 12] -> out=block0.dropout[2, 12] {count=24 stream=0 threshold=1073741824 scale=1.33333}
      #3 forward head matmul <1x1x1> x=block0.dropout[2, 12] weight=head[3, 12] -> out=head[2, 3] {M=2 N=3 K=12 heads=1 alpha=1 accumulate=0 xm=12 xk=1 wk=1 wn=12 om=3 x_outer=0 x_inner=0 w_outer=0 w_inner=0 o_outer=0 o_inner=0}
      #4 forward cross_entropy cross_entropy <2x1x1> logits=head[2, 3] labels=labels[2] u32 -> rows=loss rows[2, 4] dlogits=d logits[2, 3] {K=3 smoothing=0}
      #5 forward metrics metrics <1x1x1> rows=loss rows[2, 4] -> metrics=metrics[8, 8] {rows=2 accumulate=2}
      #6 backward d head matmul <1x1x1> x=d logits[2, 3] weight=block0.dropout[2, 12] -> out=grad head[3, 12] {M=3 N=12 K=2 heads=1 alpha=1 accumulate=2 xm=1 xk=3 wk=12 wn=1 om=12 x_outer=0 x_inner=0 w_outer=0 w_inner=0 o_outer=0 o_inner=0}
      "
    `);
  });
});
