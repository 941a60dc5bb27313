import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPaper, paperGpu, type PaperDispatch, type PaperGpu } from '../testing/paperGpu';
import { there } from '../testing/there';

/** Neighbours of an invocation on a device: those that hand it their values, and their number. */
interface Neighbours {
  /** Index of an invocation's `j`-th neighbour in its quad, and in its subgroup. */
  quad: (lane: number, j: number) => number;
  group: (lane: number, j: number) => number;
  size: number;
}
const usual: Neighbours = { quad: (lane, j) => lane - (lane % 4) + j, group: (lane, j) => lane - (lane % 8) + j, size: 8 };

let paper: PaperGpu;
const open = (what: Parameters<typeof paperGpu>[0]) => {
  paper = paperGpu(what);
};
beforeEach(() => open({ features: ['subgroups'], info: { architecture: 'swiftshader' } }));
afterEach(() => paper.restore());

/** Runs the trials' kernels: each invocation writes four words, each a neighbour's index or the size of its subgroup. */
const run = ({ quad, group, size }: Neighbours, { code, grid, bound }: PaperDispatch) => {
  const lanes = /@workgroup_size\(8, 8\)/.test(code) ? 64 : 8;
  const [, words = ''] = /vec4<u32>\((.*)\);/.exec(code) ?? [];
  const at = Number(/wid\.x \* (\d+)u/.exec(code)?.[1]);
  const out = new Uint32Array(there(bound[0]).buffer.bytes.buffer);
  for (let wid = 0; wid < there(grid[0]); wid++) {
    for (let lane = 0; lane < lanes; lane++) {
      [...words.matchAll(/size|(quad|subgroup)Broadcast\(lane, (\d)u\)/g)].forEach(([, kind, j], i) => {
        out[4 * (wid * at + lane) + i] = kind === undefined ? size : (kind === 'quad' ? quad : group)(lane, Number(j));
      });
    }
  }
};

describe('neighbours are tried out', () => {
  test.each<[string, Partial<Neighbours>, boolean, boolean]>([
    ['as kernels want them', {}, true, true],
    ['with quads of 2 x 2', { quad: (lane, j) => lane - (lane % 2) - 8 * (Math.floor(lane / 8) % 2) + (j % 2) + 8 * (j >> 1) }, false, false],
    ['in subgroups of 32', { size: 32, group: (lane, j) => lane - (lane % 32) + j }, true, false],
    ['in subgroups of 8 that are named otherwise', { size: 4 }, true, false],
    ['that lie in another order', { group: (lane, j) => 8 * (lane % 8) + j }, true, false],
    ['one of which hands on nothing', { quad: (lane, j) => (lane === 63 && j === 3 ? 0 : lane - (lane % 4) + j) }, false, false],
  ])('%s', async (_, change, quads, octs) => {
    paper.compute = (one) => run({ ...usual, ...change }, one);
    const device = await openPaper(paper);
    expect([device.quads, device.octs]).toEqual([quads, octs]);
    expect([paper.buffers.every(({ destroyed }) => destroyed), paper.scopes, paper.buffers[0]?.usage, paper.buffers[1]?.usage, paper.buffers[0]?.size]).toEqual([true, 0, 0x84, 0x9, 3072]);
    // Three workgroups of 64, or as many invocations in workgroups of 8.
    expect(paper.submits.map(({ dispatches }) => dispatches[0]?.grid)).toEqual([[3], [3], [24]].slice(0, octs ? 3 : quads ? 2 : 1));
  });

  test('also in workgroups of 8', async () => {
    paper.compute = (one) => run(one.grid[0] === 24 ? { ...usual, size: 4 } : usual, one);
    const device = await openPaper(paper);
    expect([device.quads, device.octs]).toEqual([true, false]);
  });

  test('for eight only on software adapters, and for none without subgroups', async () => {
    paper.restore();
    open({ features: ['subgroups'] });
    paper.compute = (one) => run(usual, one);
    const card = await openPaper(paper);
    expect([card.quads, card.octs]).toEqual([true, false]);
    paper.restore();
    open({});
    const none = await openPaper(paper);
    expect([none.quads, paper.buffers]).toEqual([false, []]);
  });

  test.each<[string, (gpu: GPUDevice) => void]>([
    ['an error of any kind', () => paper.errors.push(null, null, { message: 'wrong' })],
    ['a pipeline that is refused', (gpu) => (gpu.createComputePipelineAsync = () => Promise.reject(new Error('no')))],
    ['a buffer that is refused', (gpu) => (gpu.createBuffer = () => {
      throw new RangeError('no');
    })],
    ['a device that has gone', (gpu) => (gpu.popErrorScope = () => (paper.scopes--, Promise.reject(new Error('gone'))))],
  ])('%s is a no, with nothing left of it', async (_, spoil) => {
    paper.compute = (one) => run(usual, one);
    const adapter = there(await paper.gpu.requestAdapter());
    spoil(await adapter.requestDevice({}));
    const device = await openPaper(paper);
    expect([device.quads, device.octs, paper.buffers.every(({ destroyed }) => destroyed), paper.scopes]).toEqual([false, false, true, 0]);
  });
});
