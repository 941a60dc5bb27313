import type { MethodConfig } from '../train/protocol';

/** A grid of runs as `fullrank compare` takes it; `train_share` of a variant is a share of the training images. */
export interface Grid {
  /** Left out where none comes with the project, or the paper has several: it is given with the command. */
  model?: string;
  data?: string;
  methods: (string | MethodConfig)[];
  seeds: number[];
  budget?: number;
  max_work?: number;
  target_modules?: string | string[];
  train: Record<string, unknown>;
  variants?: Record<string, unknown>[];
  train_by_method?: Record<string, Record<string, unknown>>;
}

/** Runs that a number of the paper stands beside: those of the method with these settings. For `shots`, 0 is all of the data. */
export interface Beside {
  method: string;
  shots?: number;
  [setting: string]: unknown;
}

/** A figure or table of the paper. */
export interface Experiment {
  title: string;
  /** The question, in one sentence. */
  asks: string;
  /** Results that the paper reports, in its own words for methods, and the runs that they stand beside: none of this is measured here. */
  reported: { of: string; rows: [label: string, value: string, beside?: Beside][] };
  /** Measurements of the runs that stand beside those, other than their accuracy: time and memory, or what the views of analyses measure. */
  measures?: 'cost' | 'analyses';
  full: Grid;
  /** The same question on what comes with the project, for one processor. */
  small: Grid;
  /** Points that the paper leaves open or does otherwise, and what was chosen here. */
  open: string[];
  /** Commands that follow, of the folder FOLDER. */
  then?: string[];
}

/** The forms of an experiment, the one for a processor first. */
export const forms = ['small', 'full'] as const;
export type Form = (typeof forms)[number];

/** The authors' recipe: AdamW, cosine, no warm-up, crops and flips; few-shot runs have ten epochs. */
const recipe = { batch: 128, weight_decay: 0.1, warmup_steps: 0, max_grad_norm: 1, crop: true, flip: true, epochs: 10 };
const rates = { full: { lr: 1e-5 }, lora: { lr: 1e-3 }, nola: { lr: 1e-3 }, vera: { lr: 1e-2 }, randlora: { lr: 1e-3 } };
const cosine = 'The paper lets the rate fall to 1 % of its peak, here it falls to 0.';
const sets = 'The paper has 22 data sets (21 for DINOv2), none of which is bundled, and reports their mean; the data is given here. Epochs depend on the set; 10 is what few-shot runs have.';
const losses = 'Both towers learn by the symmetric contrastive loss here, by image-to-text cross-entropy in the paper.';

/** CLIP with both towers, and the vision tower alone. */
const both = { ...recipe, loss: 'contrastive', templates: 'An image of {}.' };
const scaling = 'The paper divides the updates by r (alpha 1); LoRA does so here, RandLoRA keeps PEFT\'s 20.';
const lora = (r: number, lora_alpha = r): MethodConfig => ({ method: 'lora', r, lora_alpha });
const paperLora = lora(32, 1);
const randlora = (r: number, more: object = {}): MethodConfig => ({ method: 'randlora', r, ...more });
/** Beside runs with so many pictures of each class, and beside those on bases of a kind. */
const at = (method: string, shots: number): Beside => ({ method, shots });
const of = (bases: string): Beside => ({ method: 'randlora', bases });
const five = (r: number): MethodConfig[] => [paperLora, randlora(r), { method: 'nola', r: 1, nola_num_bases: 1024 }, { method: 'vera', r: 256 }, { method: 'full' }];

/** Model and data that come with the page, for a minute or less a run on two cores. */
const nano = { model: 'vit-nano', data: 'fashion-mnist', seeds: [0, 1] };
const short = { steps: 60, batch: 16, head_lr: 0.005, train_limit: 2000, test_limit: 500, val_fraction: 0 };
const shots = [{ shots: 1 }, { shots: 2 }, { shots: 4 }, { shots: 16 }, { train_share: 0.5 }, {}];

/** By the name behind `paper/`. Source: arXiv 2502.00987. */
export const experiments: Record<string, Experiment> = {
  'figure-1': {
    title: 'Accuracy against trainable parameters',
    asks: 'Does accuracy keep rising with trainable parameters where more rank stops helping LoRA?',
    reported: { of: 'CLIP ViT-B/32, both towers, 100 % of the data, mean of 22 sets, top-1 %', rows: [['VeRA-256', '74.6', { method: 'vera' }], ['NoLA', '80.3', { method: 'nola' }], ['LoRA-32', '82.2', { method: 'lora' }], ['RandLoRA-6', '84.4', { method: 'randlora' }], ['FT', '84.5', { method: 'full' }]] },
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0, 1, 2], train: both, train_by_method: rates, max_work: 0, methods: [...[4, 8, 16, 32, 64].map((r) => lora(r, 1)), ...[64, 32, 16, 10, 6].map((r) => randlora(r)), { method: 'nola', r: 1, nola_num_bases: 1024 }, { method: 'vera', r: 256 }, { method: 'full' }] },
    small: { ...nano, train: short, max_work: 0, methods: [...[1, 4, 16].map((r) => lora(r)), ...[32, 8, 2].map((r) => randlora(r)), { method: 'vera', r: 256 }, { method: 'full' }] },
    open: [sets, losses, cosine, scaling, 'Which ranks the points of the figure have, but for those that are named, is not said.'],
  },
  'figure-2': {
    title: 'From one shot to all of the data, CLIP ViT-B/32',
    asks: 'Which method is best with few pictures, and which with many, when both towers of a CLIP learn?',
    reported: { of: 'CLIP ViT-B/32, both towers, mean of 22 sets, top-1 %', rows: [
      ['1 shot: VeRA', '66.1', at('vera', 1)], ['1 shot: RandLoRA', '62.5', at('randlora', 1)], ['1 shot: LoRA', '59.3', at('lora', 1)],
      ['16 shots: FT', '76.2', at('full', 16)], ['16 shots: RandLoRA', '75.8', at('randlora', 16)], ['16 shots: LoRA', '72.6', at('lora', 16)], ['16 shots: VeRA', '68.6', at('vera', 16)],
      ['100 %: LoRA-32', '82.2', at('lora', 0)], ['100 %: RandLoRA-6', '84.4', at('randlora', 0)], ['100 %: FT', '84.5', at('full', 0)],
    ] },
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0, 1, 2], train: both, train_by_method: rates, variants: shots, methods: five(6) },
    small: { ...nano, budget: 43_000, train: short, variants: shots, methods: ['lora', 'randlora', 'nola', 'vera', 'full'] },
    open: [sets, losses, cosine, scaling],
  },
  'figure-3': {
    title: 'From one shot to all of the data, DINOv2 ViT-B/14',
    asks: 'Which method is best with few pictures, and which with many, when a vision model learns alone?',
    reported: { of: 'DINOv2 ViT-B/14 with a linear head, 100 % of the data, mean of 21 sets, top-1 %', rows: [['VeRA', '88.1', at('vera', 0)], ['NoLA', '90.4', at('nola', 0)], ['LoRA', '90.4', at('lora', 0)], ['RandLoRA', '90.8', at('randlora', 0)], ['FT', '90.8', at('full', 0)]] },
    full: { model: 'facebook/dinov2-base', seeds: [0, 1, 2], train: recipe, train_by_method: rates, variants: shots, methods: five(8) },
    small: { ...nano, budget: 43_000, train: short, variants: shots, methods: ['lora', 'randlora', 'nola', 'vera', 'full'] },
    open: [sets, cosine, scaling, 'The larger rate of LoRA and RandLoRA on vision backbones alone is missing in the copy at hand: it is that of CLIP here. Text says RandLoRA-6 for the figures and 8 for DINOv2 in the settings; 8 is taken.'],
  },
  'table-2': {
    title: 'Rank, not only the count of parameters',
    asks: 'At one count of parameters, is it the rank of the update that helps?',
    reported: { of: 'CLIP ViT-B/32, top-1 %', rows: [['LoRA-32', '83.74', { method: 'lora' }], ['RandLoRA-a (bases averaged, rank r)', '83.62', { method: 'randlora', ablation: 'a' }], ['RandLoRA-b (half the rank)', '85.32', { method: 'randlora', ablation: 'b' }], ['RandLoRA-6 (full rank)', '85.98', { method: 'randlora', ablation: 'none' }]] },
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0, 1, 2], train: both, train_by_method: rates, methods: [paperLora, randlora(6, { ablation: 'a' }), randlora(6, { ablation: 'b' }), randlora(6)] },
    small: { ...nano, train: short, max_work: 0, methods: [lora(5), randlora(8, { ablation: 'a' }), randlora(8, { ablation: 'b' }), randlora(8)] },
    open: ['On which of the data sets is not said; the data is given here.', losses, cosine, scaling],
  },
  'table-3': {
    title: 'What the random bases are drawn from',
    asks: 'Does it matter which random matrices RandLoRA mixes, and how many of their entries are zero?',
    reported: { of: 'CLIP ViT-B/32, RandLoRA-6, top-1 %', rows: [['uniform', '85.98', of('uniform')], ['normal', '85.61', of('normal')], ['binary', '85.52', of('binary')], ['66 % zeros', '85.43', of('sparse')], ['93 % zeros', '85.57', of('very_sparse')], ['98 % zeros', '84.35', of('very_sparse')], ['99 % zeros', '83.34', of('very_sparse')]] },
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0, 1, 2], train: both, train_by_method: rates, methods: ['uniform', 'normal', 'binary', 'sparse', 'very_sparse'].map((bases) => randlora(6, { bases })) },
    small: { ...nano, train: short, max_work: 0, methods: ['uniform', 'normal', 'binary', 'sparse', 'very_sparse'].map((bases) => randlora(8, { bases })) },
    open: ['On which of the data sets is not said; the data is given here.', 'Sparse and very sparse have the shares of zeros that PEFT draws (two thirds, and 1 - 1/sqrt(D)), not those of the table.', losses, cosine, scaling],
  },
  'figure-4': {
    title: 'Where LoRA, RandLoRA and full fine-tuning end: landscape and CKA',
    asks: 'Does RandLoRA end nearer to full fine-tuning than LoRA does, in its features and in the loss landscape?',
    reported: { of: 'CLIP', rows: [['CKA with full fine-tuning', 'LoRA falls in deep layers, RandLoRA does not'], ['Landscape', 'the minimum of RandLoRA is deeper than LoRA\'s and connected to that of full fine-tuning']] },
    measures: 'analyses',
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0], train: { ...both, snapshots: 6 }, train_by_method: rates, methods: [paperLora, { method: 'full' }, randlora(6)] },
    small: { ...nano, seeds: [0], train: { ...short, snapshots: 6 }, max_work: 0, methods: [lora(5), { method: 'full' }, randlora(8)] },
    open: ['On which of the data sets is not said; the data is given here.', losses, cosine, scaling],
    then: ['landscape --runs FOLDER/* --grid 25 --out landscape.json', 'analyse --runs FOLDER/* --out inside.json'],
  },
  'table-5': {
    title: 'Against prompts',
    asks: 'How do adapters compare with learned prompts?',
    reported: { of: 'CLIP ViT-B/32, about 3 M parameters, mean of 11 sets, top-1 %', rows: [['4 shots: LoRA-16', '73.0', at('lora', 4)], ['4 shots: RandLoRA-10', '73.2', at('randlora', 4)], ['4 shots: MaPLe + DePT', '73.1', at('dept_maple', 4)], ['16 shots: LoRA-16', '78.6', at('lora', 16)], ['16 shots: RandLoRA-10', '79.6', at('randlora', 16)], ['16 shots: MaPLe + DePT', '78.7', at('dept_maple', 16)]] },
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0, 1, 2], train: { ...recipe, templates: 'An image of {}.' }, train_by_method: { ...rates, dept_maple: { lr: 3.5e-3, head_lr: 0.02275, batch: 4 } }, variants: [{ shots: 4 }, { shots: 16 }], max_work: 0, methods: [lora(16, 1), randlora(10), { method: 'dept_maple', n_ctx: 2, prompt_depth: 9 }] },
    small: { model: 'clip-nano', data: 'fashion-mnist', seeds: [0, 1], train: { ...short, steps: 40 }, variants: [{ shots: 4 }, { shots: 16 }], max_work: 0, methods: [lora(4), randlora(8), { method: 'dept_maple', n_ctx: 2 }] },
    open: ['The small form is on clip-nano, which has seen the classes by their names.', 'DePT was trained by SGD with batch 4 for 10 epochs, its head at 6.5 times the rate of the prompts; AdamW here, the same rates.', 'Its sets are ImageNet, Caltech101, Pets, Cars, Flowers, Food101, Aircraft, SUN397, DTD, EuroSAT and UCF101.', cosine, scaling],
  },
  'table-10': {
    title: 'Time and memory, as shares of full fine-tuning\'s',
    asks: 'What do the methods cost in time and memory beside full fine-tuning?',
    reported: { of: 'time / memory in % of full fine-tuning', rows: [['ViT-B/32: LoRA', '90 / 81', { method: 'lora' }], ['ViT-B/32: RandLoRA', '113 / 78', { method: 'randlora' }], ['ViT-L/14: LoRA', '95 / 72', { method: 'lora' }], ['ViT-L/14: RandLoRA', '128 / 71', { method: 'randlora' }], ['ViT-H/14: LoRA', '96 / 54', { method: 'lora' }], ['ViT-H/14: RandLoRA', '122 / 51', { method: 'randlora' }]] },
    measures: 'cost',
    full: { model: 'openai/clip-vit-base-patch32', seeds: [0], train: { ...both, epochs: 0, steps: 50, test_limit: 500 }, train_by_method: rates, max_work: 0, methods: [paperLora, randlora(6), { method: 'full' }] },
    small: { ...nano, seeds: [0], train: { ...short, steps: 20 }, max_work: 0, methods: [lora(5), randlora(8), { method: 'full' }] },
    open: ['bfloat16 in the paper, float32 here.', scaling],
  },
};

/** Variants with shares of the training images as numbers of them; `limit` of all `images` are used at most, 0 for all. */
export function sharesAsLimits(variants: readonly Record<string, unknown>[], limit: number, images: number): Record<string, unknown>[] {
  return variants.map(({ train_share, ...variant }) => (train_share === undefined ? variant : { ...variant, train_limit: Math.max(1, Math.round(Number(train_share) * (limit || images))) }));
}
