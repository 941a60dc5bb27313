import { defined } from '../numbers/defined';
import { TILES } from '../ops/productForms';
import { adapters } from './entries/adapters';
import { vit as vitGroup } from './entries/vit';
import { ADAPTERS, OURS, placeTitles, type Group, type Place } from './entry';
import { ratio } from './numbers';
import { markdown, type Report, type Row } from './report';

/** A bound that the engine sets itself, read off the rows of one entry. */
export interface Floor {
  /** The bounded quantity, in words for people. */
  what: string;
  group: string;
  entry: string;
  /** On adapters when left out. */
  places?: readonly Place[];
  /** On so many threads of the processor alone. */
  threads?: number;
  bound: { most: number } | { least: number };
  /** From the entry's rows by contestant; NaN where somebody is missing. */
  value(row: (contestant: string) => Row | undefined): number;
}

export const PEERS = ['jax-js', 'tfjs', 'onnxruntime-web'];

/** Time of one contestant against another's, over the rounds that both took; a first step alone is no round. */
const time = (a: Row | undefined, b: Row | undefined): number => (a && b ? ratio(a.times ?? [], b.times ?? []) : NaN);
const bytes = (a: Row | undefined, b: Row | undefined): number => (a?.peak_bytes ?? NaN) / (b?.peak_bytes ?? NaN);
/** Ratio of the fastest peer's time to ours. */
function lead(row: (who: string) => Row | undefined, ours = OURS): number {
  const times = PEERS.map((peer) => time(row(peer), row(ours))).filter((r) => !Number.isNaN(r));
  return times.length ? Math.min(...times) : NaN;
}

/** The time of the fastest tile over ours; tiles that round to f16 are no rivals. */
function ofBest(row: (who: string) => Row | undefined): number {
  const times = TILES.filter((tile) => !tile.startsWith('half')).map((tile) => time(row(tile), row(OURS))).filter((r) => !Number.isNaN(r));
  return times.length ? Math.min(...times) : NaN;
}

/** Ours as jax-js has it on the processor. */
const FUSED = `${OURS} fused`;

const PRODUCTS = ['1024x1024x1024', '1600x768x768', '768x1600x768, left transposed (weight gradient)'];
const STEP = 'training step, batch 32';
/** Rows (batch x tokens) of 4.2 widths, and of 16.7. */
const BLOCK = 'vit-small block, batch 32';
const TALL = 'vit-small block, batch 128';
const TINY = 'deit-tiny-96, batch 16';
const SQUARE = '1536 rows, width 384, r 4';

const vit = (what: string, bound: Floor['bound'], value: Floor['value']): Floor => ({ what, group: 'vit', entry: STEP, bound, value });
/** Time of a step against PyTorch's, where it is fairly set up beside. */
const beside = ({ name, entries }: Group): Floor[] =>
  entries.filter(({ torch }) => torch).flatMap(({ name: entry }) =>
    ([[OURS, 'exact', 0.8], [FUSED, 'fused', 0.6]] as const).map(([who, mode, most]): Floor => ({ what: `the processor, ${entry}, ${mode}: time against PyTorch`, group: name, entry, places: ['processor'], bound: { most }, value: (row) => time(row(who), row('PyTorch')) })));
const method = (what: string, bound: Floor['bound'], value: Floor['value'], entry = BLOCK): Floor => ({ what, group: 'methods', entry, bound, value });

/** All of them, in the order of the table. */
export const floors: readonly Floor[] = [
  ...PRODUCTS.map((entry): Floor => ({ what: `product ${entry}: times as fast as the best peer`, group: 'matmul', entry, bound: { least: 1.5 }, value: lead })),
  ...PRODUCTS.map((entry): Floor => ({ what: `product ${entry}: speed against the best tile of the sweep`, group: 'sweep', entry, bound: { least: 0.8 }, value: ofBest })),
  vit('ViT step: times as fast as the fastest WebGPU peer', { least: 2 }, lead),
  vit('ViT step: peak bytes against jax-js', { most: 0.4 }, (row) => bytes(row(OURS), row('jax-js'))),
  vit('ViT step: dispatches', { most: 400 }, (row) => row(OURS)?.dispatches ?? NaN),
  vit('ViT step: share of the time that the host spends encoding', { most: 0.05 }, (row) => (row(OURS)?.host_ms ?? NaN) / (row(OURS)?.ms?.median ?? NaN)),
  ...[BLOCK, TALL].flatMap((entry) => [
    method(`RandLoRA merged against full fine-tuning, ${entry}, time`, { most: 1.05 }, (row) => time(row('randlora r 4 merged'), row('full')), entry),
    method(`RandLoRA merged against streamed, ${entry}, time`, { most: 0.6 }, (row) => time(row('randlora r 4 merged'), row('randlora r 4 streamed')), entry),
  ]),
  { what: 'RandLoRA merged against streamed on square layers alone, time', group: 'square', entry: SQUARE, bound: { most: 0.6 }, value: (row) => time(row('randlora merged'), row('randlora streamed')) },
  method('RandLoRA against LoRA at as many parameters, one block, peak bytes', { most: 1 }, (row) => bytes(row('randlora r 4 merged'), row('lora r 32'))),
  method('RandLoRA against LoRA at as many parameters, twelve blocks, peak bytes', { most: 1 }, (row) => bytes(row('randlora r 2 merged'), row('lora r 32')), TINY),
  ...[BLOCK, TALL].map((entry) => method(`LoRA r 32 against full fine-tuning, ${entry}, time`, { most: 0.8 }, (row) => time(row('lora r 32'), row('full')), entry)),
  { what: 'the page, clicked after 10 s: seconds until the first loss', group: 'page', entry: 'clicked after 10 s', places: ['chromium'], bound: { most: 5 }, value: (row) => (row('first loss')?.ms?.median ?? NaN) / 1000 },
  // jax-js multiplies and adds in one instruction there, which rounds differently from machine to machine; the exact mode takes two.
  ...PRODUCTS.map((entry): Floor => ({ what: `the processor, product ${entry}: speed against jax-js`, group: 'matmul', entry, places: ['processor'], bound: { least: 0.8 }, value: (row) => lead(row, FUSED) })),
  ...([[1, 0.7], [2, 0.5]] as const).map(([threads, most]): Floor => ({ what: `the processor, ViT step on ${threads === 1 ? 'one thread' : 'two threads'}: time against jax-js`, group: 'vit', entry: STEP, places: ['processor'], threads, bound: { most }, value: (row) => time(row(FUSED), row('jax-js')) })),
  ...[...PRODUCTS.map((entry) => ['matmul', entry] as const), ['vit', STEP] as const].map(([group, entry]): Floor => ({ what: `the processor, ${entry}: time of the exact mode against the fused one`, group, entry, places: ['processor'], bound: { most: 2 }, value: (row) => time(row(OURS), row(FUSED)) })),
  ...beside(vitGroup),
  ...beside(adapters),
  ...PRODUCTS.map((entry): Floor => ({ what: `the processor, product ${entry}: share of a loop of multiply-adds`, group: 'matmul', entry, places: ['processor'], bound: { least: 0.6 }, value: (row) => row(FUSED)?.of_peak ?? NaN })),
  ...['vit-nano, batch 8', 'deit-tiny-96, batch 8'].map((entry): Floor => ({ what: `forward of ${entry}: times as fast as onnxruntime-web`, group: 'evaluation', entry, places: ['chromium'], bound: { least: 2 }, value: lead })),
];

const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toFixed(x < 0.1 ? 4 : 2));

/** One floor in one run: the figure and whether it is reached; empty where the run did not measure it. */
export function reached(floor: Floor, report: Report): string {
  if (!(floor.places ?? ADAPTERS).includes(report.where) || (floor.threads && floor.threads !== report.threads)) return '';
  const rows = report.rows.filter((r) => r.group === floor.group && r.entry === floor.entry && !r.problem);
  const value = floor.value((who) => rows.find((r) => r.contestant === who));
  if (!Number.isFinite(value)) return '';
  const ok = 'most' in floor.bound ? value <= floor.bound.most : value >= floor.bound.least;
  return `${digits(value)} ${ok ? 'reached' : '**missed**'}`;
}

/** The floors and what these runs reached, as a Markdown table; empty when they measured none. */
export function floorTable(reports: Report[]): string {
  const rows = floors.map((floor) => ({ floor, cells: reports.map((r) => reached(floor, r)) })).filter(({ cells }) => cells.some(Boolean));
  if (!rows.length) return '';
  const bound = ({ bound }: Floor) => ('most' in bound ? `at most ${bound.most}` : `at least ${bound.least}`);
  type Line = (typeof rows)[number];
  return markdown<Line>([['floor', ({ floor }) => floor.what], ['bound', ({ floor }) => bound(floor)], ...reports.map(({ where }, i): [string, (line: Line) => string] => [placeTitles[where], ({ cells }) => defined(cells[i])])], rows);
}
