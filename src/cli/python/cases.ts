import { defined } from '../../numbers/defined';
import type { MethodConfig, TrainConfig } from '../../train/protocol';
import type { Checkpoint } from './models';

/** A run that is trained here and then opened, compared and repeated by the real libraries. */
export interface Case {
  name: string;
  checkpoint: Checkpoint;
  /** Stored as f16. */
  half: boolean;
  /** Task on texts; undefined for images. */
  task?: 'sequence-classification' | 'causal-lm';
  /** Classes of the data; three of them are the checkpoint's own. */
  classes: number;
  method: MethodConfig;
  train: Partial<TrainConfig>;
  /** It adds what its model has no place for: there is no merged folder. */
  apart: boolean;
  /** It draws noise in each step, and Python draws other: the first step alone is compared. */
  noise: boolean;
  /** In processes of their own, as a person would start them; the others share one that has the libraries already. */
  alone: boolean;
}

/** Training of a table's families: their checkpoint, settings that make CLIP classify in three ways, and the task on texts. */
const families: Record<string, { checkpoint: Checkpoint; own?: Checkpoint; train?: Partial<TrainConfig>; task?: Case['task'] }> = {
  ViT: { checkpoint: 'ViT' },
  DeiT: { checkpoint: 'DeiT' },
  'DeiT, two heads': { checkpoint: 'DeiT, two heads' },
  DINOv2: { checkpoint: 'DINOv2' },
  'DINOv2, SwiGLU': { checkpoint: 'DINOv2, SwiGLU' },
  'DINOv2, registers': { checkpoint: 'DINOv2, registers' },
  'CLIP, classifier': { checkpoint: 'CLIP', own: 'CLIP, classifier', train: { head: 'new' } },
  'CLIP, text head': { checkpoint: 'CLIP' },
  'CLIP, both towers': { checkpoint: 'CLIP', train: { loss: 'contrastive' } },
  RoBERTa: { checkpoint: 'RoBERTa', task: 'sequence-classification' },
  BERT: { checkpoint: 'BERT', task: 'sequence-classification' },
  'GPT-2': { checkpoint: 'GPT-2', task: 'causal-lm' },
  'GPT-2, classifier': { checkpoint: 'GPT-2, classifier', task: 'sequence-classification' },
  Llama: { checkpoint: 'Llama', task: 'causal-lm' },
  Qwen2: { checkpoint: 'Qwen2', task: 'causal-lm' },
  'Qwen2, classifier': { checkpoint: 'Qwen2, classifier', task: 'sequence-classification' },
  'Phi-3': { checkpoint: 'Phi-3', task: 'causal-lm' },
};

const randlora = (bases: string): MethodConfig => ({ method: 'randlora', r: 6, bases, projection_prng_key: 3 });
const methods: Record<string, MethodConfig> = {
  lora: { method: 'lora', r: 3, lora_alpha: 5 },
  rslora: { method: 'lora', r: 3, lora_alpha: 5, use_rslora: true, target_modules: 'all-linear' },
  dora: { method: 'dora', r: 3, lora_alpha: 5 },
  vera: { method: 'vera', r: 8, projection_prng_key: 3 },
  nola: { method: 'nola', r: 2, nola_num_bases: 6 },
  randlora: randlora('uniform'),
  pissa: { method: 'pissa', r: 3, lora_alpha: 5 },
  lora_xs: { method: 'lora_xs', r: 3 },
  shira: { method: 'shira', r: 2 },
  hira: { method: 'hira', r: 3 },
  miss: { method: 'miss', r: 5 },
  kradapter: { method: 'kradapter' },
  svft: { method: 'svft', off_diag: 1 },
  adalora: { method: 'adalora', init_r: 3 },
  autolora: { method: 'autolora', r: 3 },
  pranc: { method: 'pranc', num_alpha: 5, projection_prng_key: 3 },
  randlora_svd: { method: 'randlora_svd', r: 6 },
  lora_randlora: { method: 'lora_randlora', r: 2, randlora_r: 6, projection_prng_key: 3 },
  ia3: { method: 'ia3' },
  ln_tuning: { method: 'ln_tuning' },
  bitfit: { method: 'bitfit' },
  beft: { method: 'beft' },
  loha: { method: 'loha', r: 3 },
  gralora: { method: 'gralora', r: 4 },
  delora: { method: 'delora', r: 3 },
  lokr: { method: 'lokr', r: 2 },
  glora: { method: 'glora', r: 2 },
  hra: { method: 'hra', r: 4 },
  road: { method: 'road' },
  oft: { method: 'oft', oft_block_size: 4 },
  boft: { method: 'boft' },
  psoft: { method: 'psoft', r: 3 },
  c3a: { method: 'c3a', block_size: 8 },
  fourierft: { method: 'fourierft', n_frequency: 20 },
  waveft: { method: 'waveft', n_frequency: 20 },
  vblora: { method: 'vblora', num_vectors: 8, r: 2 },
  tinylora: { method: 'tinylora', u: 5, weight_tying: 0.5 },
  unilora: { method: 'unilora', theta_d_length: 50, r: 2 },
  pvera: { method: 'pvera', r: 8 },
  full: { method: 'full' },
  linear_probe: { method: 'linear_probe' },
};
/** RandLoRA's other bases: all of them with ViT, and each with some other families. */
const bases = ['normal', 'binary', 'sparse', 'very_sparse', 'generated'];

/** Steps, seeds and learning rates large enough that what was trained tells in the logits. */
const train: Partial<TrainConfig> = { steps: 2, batch: 4, seed: 3, lr: 0.01, schedule: 'constant' };

/** Families whose layers have no bias, or not all of them. */
const withoutBias = new Set(['Llama', 'Qwen2', 'Qwen2, classifier', 'Phi-3']);

/** Classes of a family's run: the checkpoint's or others, texts of a CLIP, or none if texts are generated. */
const headOf = (family: string): 'labels' | 'texts' | 'none' => (defined(families[family]).task === 'causal-lm' ? 'none' : /text|towers/.test(family) ? 'texts' : 'labels');
/** Without a head of labels there is none to train alone. */
const works = (family: string, method: string) => method !== 'linear_probe' || headOf(family) === 'labels';

function list(): Case[] {
  const cases: Case[] = [];
  const add = (family: string, method: string, setting: string, change: Partial<Omit<Case, 'name' | 'method'>> & { method?: MethodConfig } = {}) => {
    const { checkpoint, train: how, task } = defined(families[family]);
    const config = change.method ?? methods[method] ?? randlora(method);
    const title = methods[method] || change.method ? method : `randlora, ${method}`;
    cases.push({ name: `${family}: ${title}, ${setting}`, checkpoint, half: false, task, classes: 4, alone: false, apart: method === 'beft' && withoutBias.has(family), noise: method === 'pvera', ...change, method: config, train: { ...train, ...how, ...change.train } });
  };
  Object.keys(families).forEach((family, f) => {
    const own = defined(families[family]).own ?? defined(families[family]).checkpoint;
    const setting = { labels: 'new labels', texts: 'texts', none: 'going on' }[headOf(family)];
    for (const method of Object.keys(methods)) if (works(family, method)) add(family, method, setting);
    for (const kind of f === 0 ? bases : [defined(bases[f % bases.length])]) add(family, kind, setting);
    // The head's own labels and another image size say the same of every method that adapts layers: one of those, and the rest.
    if (headOf(family) === 'labels') for (const method of ['lora', 'full', 'linear_probe']) add(family, method, 'own labels', { checkpoint: own, classes: 3, ...(own !== defined(families[family]).checkpoint && { train: { head: 'auto' } }) });
    if (!defined(families[family]).task) for (const method of ['lora', 'randlora', 'full']) add(family, method, 'image size 24', { train: { image_size: 24 } });
  });
  for (const family of ['ViT', 'DINOv2', 'CLIP, classifier', 'RoBERTa', 'GPT-2', 'Qwen2']) for (const method of ['lora', 'full']) add(family, method, 'checkpoint in F16', { half: true });
  // What train.py does besides, with each kind of run that it knows.
  add('ViT', 'lora', 'accumulated, smoothed, cosine, unclipped', { train: { steps: 3, accumulate: 2, label_smoothing: 0.1, schedule: 'cosine', warmup_steps: 1, max_grad_norm: 0 } });
  for (const method of ['lora', 'randlora', 'full', 'linear_probe']) add('ViT', method, 'validation images, best weights', { train: { steps: 4, val_fraction: 0.3, eval_every: 1 } });
  add('ViT', 'full', 'classes weighed, smoothed, accumulated', { train: { steps: 3, accumulate: 2, label_smoothing: 0.1, class_weights: '3, 1, 0.5, 2' } });
  // No evaluation after the first lowers the loss by so much.
  add('ViT', 'lora', 'stopped early', { train: { steps: 9, val_fraction: 0, eval_every: 2, early_stopping_patience: 2, early_stopping_threshold: 50 } });
  for (const method of ['lora', 'randlora']) add('ViT', method, 'in processes of their own', { alone: true });
  // Without its singular vectors, as PEFT keeps it.
  for (const family of ['ViT', 'Llama']) add(family, 'psoft', 'as PEFT keeps it', { method: { ...methods.psoft!, save_vectors: false } });
  add('DeiT, two heads', 'full', 'in processes of their own', { alone: true, classes: 3 });
  return cases;
}

/** All cases. Their number is written down, so that none is lost in silence. */
export const cases = list();
export const COUNT = 796;
