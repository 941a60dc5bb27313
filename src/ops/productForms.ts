import activationLib from '#shaders/lib/activation.wgsl?raw';
import arithmeticF16 from '#shaders/lib/arithmetic.f16.wgsl?raw';
import arithmeticF32 from '#shaders/lib/arithmetic.f32.wgsl?raw';
import blocks from '#shaders/lib/blocks.wgsl?raw';
import epilogue from '#shaders/lib/epilogue.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import matrixF16 from '#shaders/lib/matrix.f16.wgsl?raw';
import matrixF32 from '#shaders/lib/matrix.f32.wgsl?raw';
import octet from '#shaders/lib/octet.wgsl?raw';
import operands from '#shaders/lib/product.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import octs from '#shaders/lib/share.octs.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import tileStats from '#shaders/lib/tile_stats.wgsl?raw';
import tile32 from '#shaders/lib/tile32.wgsl?raw';
import tile64 from '#shaders/lib/tile64.wgsl?raw';
import packedLib from '#shaders/lib/packed.wgsl?raw';
import packedSource from '#shaders/matmul.packed.wgsl?raw';
import rows16Source from '#shaders/matmul.rows16.wgsl?raw';
import rows32Source from '#shaders/matmul.rows32.wgsl?raw';
import stagedSource from '#shaders/matmul.staged.wgsl?raw';
import matrixSource from '#shaders/matmul.subgroup_matrix.wgsl?raw';
import vec4Source from '#shaders/matmul.vec4.wgsl?raw';
import type { Chooser, Form, Forms } from '../engine/forms';
import type { Kernel, Share } from '../engine/kernel';
import { recorder } from '../engine/record';
import { onProcessor, type MatrixKind } from '../engine/report';
import { weightKernels, type WeightForm } from './weights';

/** nn: x (M, K), weight (K, N). nt: x (M, K), weight (N, K). tn: x (K, M), weight (K, N). tt: x (K, M), weight (N, K). */
export type Mode = 'nn' | 'nt' | 'tn' | 'tt';
export const MODES: Record<Mode, number> = { nn: 0, nt: 1, tn: 2, tt: 3 };

/** A kernel of the vec4 product: rows and columns of out that a workgroup owns, and how it reads weights. */
interface Tile {
  rows: number;
  cols: number;
  kernels: Record<WeightForm, Kernel>;
  /** K must be a multiple of four. */
  wholeK?: boolean;
  /** Needs subgroup matrices of this kind. */
  matrix?: MatrixKind;
}

const common = [step, activationLib, lanes4, epilogue, operands, tileStats];
const direct = (name: string, source: string, share: Share) => weightKernels(name, source, [...common, octet], 4, share);
const staged = (name: string, size: string, arithmetic = arithmeticF32) => weightKernels(name, stagedSource, [...common, blocks, size, arithmetic], 4);

/**
 * The forms of a product whose sizes and strides are multiples of four, by the name that `--tile` takes. Those whose name
 * begins with half round to f16: they are never chosen, only asked for.
 */
export const tiles = {
  vec4: { rows: 64, cols: 32, kernels: direct('matmul.vec4', vec4Source, { none, quads, octs }) },
  rows16: { rows: 16, cols: 32, kernels: direct('matmul.rows16', rows16Source, { none, quads, octs }), wholeK: true },
  rows32: { rows: 32, cols: 32, kernels: direct('matmul.rows32', rows32Source, { none, quads }), wholeK: true },
  packed: { rows: 32, cols: 64, kernels: weightKernels('matmul.packed', packedSource, [...common, packedLib], 4), wholeK: true },
  tile32: { rows: 32, cols: 32, kernels: staged('matmul.staged.tile32', tile32) },
  tile64: { rows: 64, cols: 64, kernels: staged('matmul.staged.tile64', tile64) },
  half32: { rows: 32, cols: 32, kernels: staged('matmul.staged.half32', tile32, arithmeticF16) },
  half64: { rows: 64, cols: 64, kernels: staged('matmul.staged.half64', tile64, arithmeticF16) },
  matrix: { rows: 64, cols: 32, kernels: weightKernels('matmul.subgroup_matrix', matrixSource, [...common, blocks, matrixF32], 4), matrix: 'f32' },
  halfmatrix: { rows: 64, cols: 32, kernels: weightKernels('matmul.subgroup_matrix.half', matrixSource, [...common, blocks, matrixF16], 4), matrix: 'f16' },
} satisfies Record<string, Tile>;
export type TileName = keyof typeof tiles;
/** All that need no feature but shader-f16. */
export const TILES = (Object.keys(tiles) as TileName[]).filter((name) => !(tiles[name] as Tile).matrix);

/** Below this many tiles of 32 x 32 a product leaves parts of a graphics card idle if its tiles are larger. */
export const FEW_TILES = 256;

type ProductForms = Forms & { of: Record<'vec4', Form> };

/** Forms by what they depend on: a model has the same few dozen products in each of its blocks. */
const known = new Map<string, ProductForms>();
const KNOWN = 1000;

/** The forms of a product of `count` matrices; `vec4`, which every one has, is what is recorded. */
export function productForms(mode: Mode, weight: WeightForm, overrides: Record<string, number>, M: number, N: number, K: number, count: number): ProductForms {
  const key = [mode, weight, Object.entries(overrides).flat().join(), M, N, K, count, recorder().matrices.join()].join(' ');
  let forms = known.get(key);
  if (!forms) {
    if (known.size >= KNOWN) known.clear();
    known.set(key, (forms = makeForms(mode, weight, overrides, M, N, K, count)));
  }
  return forms;
}

function makeForms(mode: Mode, weight: WeightForm, overrides: Record<string, number>, M: number, N: number, K: number, count: number): ProductForms {
  const of: Record<string, Form> = {};
  for (const [name, { rows, cols, kernels, wholeK, matrix }] of Object.entries<Tile>(tiles)) {
    if ((wholeK && K % 4) || (matrix && !recorder().matrices.includes(matrix))) continue;
    of[name] = { kernel: kernels[weight], overrides, grid: [Math.ceil(N / cols), Math.ceil(M / rows), count] };
  }
  const few = Math.ceil(M / 32) * Math.ceil(N / 32) * count < FEW_TILES;
  return { kind: `product ${mode} ${few ? 'few' : 'large'}`, of: of as Record<'vec4', Form>, usual: (device) => usualTile(device, few) };
}

/** Adapters whose workgroup memory is ordinary cached memory, so that staging gains nothing. */
const UNSTAGED = /adreno|qualcomm|mali|\barm\b|powervr|img-tec|imagination/;
/** Adapters with registers and workgroups to spare. */
const LARGE = /nvidia|apple/;

/**
 * The tile to take where nothing was tuned. Software adapters pay for loads and barriers: most rows that still fit their
 * registers, by the sweep of the benchmark (rows16 for eight lanes, llvmpipe; rows32 for four, SwiftShader). For cards it is
 * what public measurements agree on: 32 x 32 by 64 invocations, and 64 x 64 by 256 on NVIDIA and Apple when there are tiles enough.
 */
export function usualTile({ report, quads, octs }: Omit<Chooser, 'choices'>, few: boolean): TileName {
  // Loads, their bounds and sums beyond 16 registers are what costs there: 1.2 to 1.8 times as fast as rows32 (by processor time, on one core).
  if (onProcessor(report)) return 'packed';
  if (report.software) return octs ? 'rows16' : quads ? 'rows32' : 'vec4';
  const about = `${report.vendor} ${report.architecture} ${report.description}`.toLowerCase();
  if (UNSTAGED.test(about)) return 'vec4';
  return LARGE.test(about) && !few ? 'tile64' : 'tile32';
}
