import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { at, logScale, type Scale } from '../figures/scale';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { fullSize } from '../testing/fullSize';
import { formOf } from '../tasks';
import { completeTrain } from '../train/config';
import { planRun } from '../train/plan';
import type { MethodConfig, TrainConfig } from '../train/protocol';

/** Tokens of a text. */
const TOKENS = 128;
const labels = Array.from({ length: 10 }, (_, i) => `${i}`);

const bundled = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, `../../public/models/${name}/config.json`), 'utf8')) as Record<string, unknown>;
const llama = (hidden_size: number, num_hidden_layers: number, num_attention_heads: number, num_key_value_heads: number, intermediate_size: number, vocab_size: number, more: object = {}) => ({
  model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_size, num_hidden_layers, num_attention_heads, num_key_value_heads, intermediate_size, vocab_size, max_position_embeddings: 2048, rms_norm_eps: 1e-5, rope_theta: 1e4, ...more,
});
const base = fullSize['ViT-B/16'];

/** Sizes as the hub has them: those of DeiT, google/vit-base and -large, SmolLM2, Qwen2, TinyLlama and Qwen2.5. */
const pictures: [string, Record<string, unknown>][] = [
  ['vit-nano', bundled('vit-nano')],
  ['DeiT-Tiny', bundled('deit-tiny-patch16-224')],
  ['ViT-S/16', { ...base, hidden_size: 384, num_attention_heads: 6, intermediate_size: 1536 }],
  ['ViT-B/16', base],
  ['ViT-L/16', { ...base, hidden_size: 1024, num_attention_heads: 16, num_hidden_layers: 24, intermediate_size: 4096 }],
];
const texts: [string, Record<string, unknown>][] = [
  ['SmolLM2-135M', llama(576, 30, 9, 3, 1536, 49_152, { tie_word_embeddings: true })],
  ['SmolLM2-360M', llama(960, 32, 15, 5, 2560, 49_152, { tie_word_embeddings: true })],
  ['Qwen2-0.5B', fullSize['Qwen2-0.5B']],
  ['TinyLlama-1.1B', llama(2048, 22, 32, 4, 5632, 32_000)],
  ['Qwen2.5-1.5B', { ...fullSize['Qwen2-0.5B'], hidden_size: 1536, intermediate_size: 8960, num_hidden_layers: 28, num_attention_heads: 12 }],
];

interface Cost {
  bytes: number;
  /** Multiplications, each with its addition. */
  work: number;
}

const LORA: MethodConfig = { method: 'lora', r: 16 };

function costs(config: Record<string, unknown>) {
  const parsed = parseModel(config);
  const model = parsed.language ? parsed.with({ tokens: TOKENS }) : formOf(parsed, 'auto').with({ labels });
  const adapted = (method: MethodConfig) => new Adapted(model, method);
  const weights = [...adapted(LORA).trace.weights.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const of = (batch: number, method: MethodConfig, more: Partial<TrainConfig> = {}): Cost => {
    const { plan, programs } = planRun(adapted(method), completeTrain({ batch, steps: 100, ...more }), 100);
    return { bytes: plan.total_bytes, work: [programs.once, programs.train, programs.update].reduce((sum, program) => sum + (program?.entries ?? []).reduce((all, { work = 0 }) => all + work, 0), 0) };
  };
  return { weights, one: of(1, LORA), eight: of(8, LORA), many: of(32, LORA), packed: of(8, LORA, { frozen_dtype: 'nf4', checkpoint_activations: true }), randlora: of(8, { method: 'randlora', r: 16 }), full: of(8, { method: 'full' }) };
}

const digits = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2));
const mebi = ({ bytes }: Cost): string => digits(bytes / 2 ** 20);
/** Of a step at 41 GFLOP/s. */
const seconds = ({ work }: Cost): string => digits((2 * work) / 41e9);

type Row = ReturnType<typeof costs> & { name: string };
const table = (rows: Row[]): string => [
  '| model | weights, millions | batch 1 | 8 | 32 | 8, 4 bits, recomputed | 8, RandLoRA r 16 | 8, full | G multiply-adds, batch 8 | seconds a step |',
  '|---|---|---|---|---|---|---|---|---|---|',
  ...rows.map(({ name, weights, one, eight, many, packed, randlora, full }) => `| ${[name, digits(weights / 1e6), mebi(one), mebi(eight), mebi(many), mebi(packed), mebi(randlora), mebi(full), digits(eight.work / 1e9), seconds(eight)].join(' | ')} |`),
].join('\n');

/** Memory over the size of a model, one line. */
function picture(all: Row[][]): string {
  const [width, height, left, bottom] = [640, 330, 60, 46];
  const flat = all.flat();
  const x: Scale = logScale(Math.min(...flat.map(({ weights }) => weights)), Math.max(...flat.map(({ weights }) => weights)));
  const y: Scale = logScale(Math.min(...flat.map(({ one }) => one.bytes / 1e6)), Math.max(...flat.map(({ full }) => full.bytes / 1e6)));
  const px = (weights: number) => (left + at(x, weights) * (width - left - 110)).toFixed(1);
  const py = (bytes: number) => (height - bottom - at(y, bytes / 1e6) * (height - bottom - 26)).toFixed(1);
  const path = (rows: Row[], of: (row: Row) => Cost) => rows.map((row, i) => `${i ? 'L' : 'M'}${px(row.weights)} ${py(of(row).bytes)}`).join('');
  const ways: [string, string, (row: Row) => Cost][] = [['one', 'LoRA r 16', ({ eight }) => eight], ['two', 'LoRA, 4 bits', ({ packed }) => packed], ['three', 'full', ({ full }) => full]];
  const lines = all.flatMap((rows) => ways.map(([kind, , of]) => `<path class="${kind}" d="${path(rows, of)}"/>${rows.map((row) => `<circle class="${kind}" cx="${px(row.weights)}" cy="${py(of(row).bytes)}" r="3"/>`).join('')}`));
  const last = defined(all.at(-1)?.at(-1));
  const ends = ways.map(([kind, name, of]) => `<text class="${kind}" x="${(Number(px(last.weights)) + 8).toFixed(1)}" y="${(Number(py(of(last).bytes)) + 4).toFixed(1)}">${name}</text>`);
  const marks = [['a telephone’s tab', 1.4e9], ['a laptop', 8e9]].map(([name, bytes]) => `<path class="mark" d="M${left} ${py(Number(bytes))}H${Number(px(last.weights)).toFixed(1)}"/><text class="mark" x="${left + 6}" y="${(Number(py(Number(bytes))) - 5).toFixed(1)}">${name}: ${Number(bytes) / 1e9} GB</text>`);
  const ticks = [...x.ticks.map((tick) => `<text x="${px(tick)}" y="${height - bottom + 18}" text-anchor="middle">${(tick / 1e6).toLocaleString('en')}</text>`), ...y.ticks.map((tick) => `<text x="${left - 6}" y="${(Number(py(tick * 1e6)) + 4).toFixed(1)}" text-anchor="end">${tick.toLocaleString('en')}</text>`)];
  const axes = `<path class="axis" d="M${left} 26V${height - bottom}H${width - 110}"/><text x="${left + 180}" y="${height - 8}" text-anchor="middle">weights, millions</text><text x="${left - 6}" y="12" text-anchor="end">MB</text>`;
  return `<svg class="growth" viewBox="0 0 ${width} ${height}" role="img" aria-label="Memory of a training step against the weights of the model, on axes by powers of ten; the table has the numbers">${[axes, ...marks, ...lines, ...ends, ...ticks].join('')}</svg>`;
}

test('the page of growth is what is planned (-u writes it)', async () => {
  const all = [pictures, texts].map((models) => models.map(([name, config]) => ({ name, ...costs(config) })));
  const [ofPictures, ofTexts] = all as [Row[], Row[]];
  const fits = (most: number, of: (row: Row) => Cost) => all.map((rows) => rows.filter((row) => of(row).bytes <= most).at(-1)?.name ?? 'none').join(' and ');
  const text = [
    '# How cost grows',
    'Memory and arithmetic of a training step as they are planned before anything is allocated: to the byte what a run then takes on its device, besides the page itself. LoRA at r 16 unless a column says otherwise, frozen weights in f32; columns by batch are MiB. *4 bits, recomputed* has frozen weights in NF4 and no activations but those between blocks. Seconds are planned too: the multiply-adds at 41 GFLOP/s, which is what a ViT’s step reached on two threads of a processor ([what it costs](benchmark.md#on-the-processor)); on one thread it was 23, and on a graphics card nobody has measured it yet.',
    picture(all),
    'Batches of 8, from the left the five models of pictures and the five of texts of the tables below.',
    `A telephone’s tab of 1.4 GB ends, with batches of 8, at ${fits(1.4e9, ({ eight }) => eight)}; with 4 bits and recomputed activations at ${fits(1.4e9, ({ packed }) => packed)}. With 8 GB it is ${fits(8e9, ({ eight }) => eight)}, and ${fits(8e9, ({ packed }) => packed)}. Training all weights takes four times their bytes before the first picture: weights, gradients and two moments.`,
    '## Models of pictures',
    'At 224 × 224 pixels, vit-nano at 32 × 32; a batch counts pictures.',
    table(ofPictures),
    '## Models of texts',
    `Texts of ${TOKENS} tokens; a batch counts texts.`,
    table(ofTexts),
    'Written by `npx vitest run src/docs/growth.test.ts -u`, and held to what is planned by the same test.',
  ];
  await expect(`${text.join('\n\n')}\n`).toMatchFileSnapshot('growth.md');
});
