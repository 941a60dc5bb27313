import { describe, expect, test } from 'vitest';
import { add, scaleBy } from '../ops/add';
import { addBlocks } from '../ops/blocks';
import { combine } from '../ops/combine';
import { crossEntropy } from '../ops/crossEntropy';
import { dropout } from '../ops/dropout';
import { layerNorm } from '../ops/layerNorm';
import { linear, matmulNN } from '../ops/matmul';
import { randloraUpdate } from '../ops/randloraStreamed';
import { kernel } from './kernel';
import { printProgram } from './print';
import { Recorder, recorder } from './record';
import type { Tensor } from './tensor';

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
    ['a missing param', (c) => delete c.params.scale, 'copy: takes params count, scale, but was given count'],
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

describe('what would give wrong gradients is refused', () => {
  const recording = (body: (rec: Recorder, x: Tensor) => void) => () => {
    const rec = new Recorder();
    rec.program('p', () => body(rec, rec.declare('input', 'x', [4, 64], 'f32', true)));
  };

  test('a whole, where only a slice of it has been reached before', () => {
    expect(recording((rec, x) => {
      const w = rec.param('w', [4, 64], 'g');
      rec.backward(linear(matmulNN(linear(x, w), w), rec.rows(w, 1, 1)), rec.declare('input', 'e', [4, 1]));
    })).toThrow('gradient: some of what reaches w (grad w) would be added to what is there and some would replace it; bind it whole everywhere, or in the same slices, [4, 64]');
  });

  test('coefficients of which only some have been reached before', () => {
    expect(recording((rec, x) => {
      const [bases, c] = [rec.declare('frozen', 'bases', [3, 64, 64]), rec.param('c', [5], 'g')];
      rec.backward(linear(linear(x, combine(bases, c, 0, 64, 64)), combine(bases, c, 2, 64, 64)), rec.declare('input', 'd', [4, 64]));
    })).toThrow('gradient: some of what reaches c (grad c) would be added to what is there and some would replace it; bind it whole everywhere, or in the same slices, [5]');
  });

  test.each<[string, (rec: Recorder, x: Tensor) => Tensor, string]>([
    ['what another op has read', (_, x) => { const y = scaleBy(x, 2); add(y, y); return y; }, 's B: scale_by would be changed in place, but add has read it; give a copy, [4, 64]'],
    ['what comes from outside', (_, x) => x, 's B: x would be changed in place, and others may read it; give a copy, [4, 64]'],
    ['a parameter', (rec) => rec.param('p', [4, 64], 'g'), 's B: p would be changed in place, and others may read it; give a copy, [4, 64]'],
  ])('a change in place of %s', (_, make, message) => {
    expect(recording((rec, x) => void addBlocks(make(rec, x), x, rec.declare('frozen', 'w', [1, 64, 64]), { label: 's B' }))).toThrow(message);
    const bases = (rec: Recorder) => ({ A: rec.declare('frozen', 'A', [2, 1, 64]), B: rec.declare('frozen', 'B', [64, 3, 2]), lambda: rec.declare('frozen', 'l', [1, 2, 3]), gamma: rec.declare('frozen', 'g', [1, 3, 64]), paper: false });
    expect(recording((rec, x) => void randloraUpdate(make(rec, x), x, bases(rec), { out: 64, alpha: 1 }))).toThrow(message.replace('s B', 'randlora'));
  });

  test('two updates may follow each other in place', () => {
    expect(recording((rec, x) => {
      const w = rec.declare('frozen', 'w', [1, 64, 64]);
      addBlocks(addBlocks(scaleBy(x, 2), x, w), x, w);
    })).not.toThrow();
  });

  test('a dispatch that replaces instead of adding', () => {
    const replaces = (rec: Recorder, t: Tensor) => rec.contribute(t, (out) => rec.emit(copy, { tensors: { x: rec.declare('input', 'x', [4, 64]), out }, params: { count: 256, scale: 1 }, grid: [1] }));
    const sentence = (label: string) => `gradient: copy (copy) would replace what has reached ${label} before instead of adding to it; write to a tensor of its own and pass that on, [4, 64]`;
    // Of a parameter, whatever it is: the next micro-batch adds to it.
    expect(recording((rec) => replaces(rec, rec.param('p', [4, 64], 'g')))).toThrow(sentence('p'));
    expect(recording((rec) => {
      const t = rec.temp('t', [4, 64], true);
      replaces(rec, t);
      replaces(rec, t);
    })).toThrow(sentence('t'));
    expect(recording((rec, x) => rec.contribute(x, () => {}))).toThrow('gradient: no dispatch writes that of x, [4, 64]');
  });

  test('a gradient that is set where it adds up', () => {
    expect(recording((rec, x) => rec.setGrad(rec.param('p', [4, 64], 'g'), x))).toThrow('gradient: that of p adds up in a buffer of its own; contribute to it');
    expect(recording((rec, x) => rec.setGrad(rec.once('made', () => scaleBy(rec.param('p', [4, 64], 'g'), 2)), x))).toThrow(/that of scale_by adds up/);
  });

  test('reading a slice of what is written', () => {
    expect(recording((rec) => {
      const out = rec.declare('state', 's', [4, 64]);
      rec.emit(copy, { tensors: { x: rec.rows(out, 0, 1), out }, params: { count: 64, scale: 1 }, grid: [1] });
    })).toThrow('copy: out and x are the same buffer (s)');
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
      #1 forward block0.up matmul.vec4.f16 <1x1x1> x=block0.norm[2, 8] weight=up.weight[12, 8] f16 -> out=block0.up[2, 12] {ACT=1 MODE=1 M=2 N=12 K=8 heads=1 alpha=1 accumulate=0 ldx=2 ldw=2 ldo=3 x_outer=0 x_inner=0 w_outer=0 w_inner=0 o_outer=0 o_inner=0 first=0}
      #2 forward block0.dropout dropout <1x1x1> x=block0.up[2, 12] -> out=block0.dropout[2, 12] {count=24 stream=0 threshold=1073741824 scale=1.33333}
      #3 forward head matmul <1x1x1> x=block0.dropout[2, 12] weight=head[3, 12] -> out=head[2, 3] {M=2 N=3 K=12 heads=1 alpha=1 accumulate=0 xm=12 xk=1 wk=1 wn=12 om=3 x_outer=0 x_inner=0 w_outer=0 w_inner=0 o_outer=0 o_inner=0 first=0}
      #4 forward cross_entropy cross_entropy <2x1x1> logits=head[2, 3] labels=labels[2] u32 -> rows=loss rows[2, 4] dlogits=d logits[2, 3] {K=3 smoothing=0 weight=1}
      #5 forward metrics metrics <1x1x1> rows=loss rows[2, 4] -> metrics=metrics[8, 8] {rows=2 accumulate=2}
      #6 backward d head matmul <1x1x1> x=d logits[2, 3] weight=block0.dropout[2, 12] -> out=grad head[3, 12] {M=3 N=12 K=2 heads=1 alpha=1 accumulate=2 xm=1 xk=3 wk=12 wn=1 om=12 x_outer=0 x_inner=0 w_outer=0 w_inner=0 o_outer=0 o_inner=0 first=0}
      "
    `);
  });
});
