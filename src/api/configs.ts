// Made of the register of methods by configs.test.ts; `vitest -u` makes it anew.
import { MethodSettings } from './settings';

/** RandLoRA. Many fixed random matrices, each scaled by learned diagonals: an update of full rank. */
export class RandLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of one random base; a smaller r means more bases and more parameters. */
    r?: number;
    /** The update is scaled by randlora_alpha / r; 20 r when left out, PEFT's default. */
    randlora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    randlora_dropout?: number;
    /** Distribution of the fixed bases; uniform, sparse and very_sparse are PEFT's; generated ones are made in the kernels and take no memory. */
    bases?: 'uniform' | 'normal' | 'binary' | 'sparse' | 'very_sparse' | 'generated';
    /** How the bases lie in memory; auto takes the smallest type that holds them exactly, so that results do not change. */
    bases_storage?: 'auto' | 'f32' | 'f16' | 'bf16' | 'ternary';
    /** How columns of B are paired with rows of A: crossed as in PEFT and the authors' code, or as in the paper's formula. */
    pairing?: 'peft' | 'paper';
    /** The paper's RandLoRA-a (bases averaged before multiplying: rank r) and RandLoRA-b (half the rank), at the same count. */
    ablation?: 'none' | 'a' | 'b';
    /** Run the update beside the layer or inside its weight; auto lets the cost model choose per layer. */
    form?: 'auto' | 'streamed' | 'merged';
    /** Seed of the fixed random bases, as in PEFT. */
    projection_prng_key?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'randlora', names: ['modules_to_save', 'r', 'randlora_alpha', 'randlora_dropout', 'bases', 'bases_storage', 'pairing', 'ablation', 'form', 'projection_prng_key', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'RANDLORA' } }, settings);
  }
}

/** LoRA. Adds a product of two thin matrices: an update of rank r. */
export class LoraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the update; parameters grow with it. */
    r?: number;
    /** The update is scaled by lora_alpha / r; r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast. */
    use_rslora?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** `lora_alpha` of layers by pattern of their names. */
    alpha_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'lora', names: ['modules_to_save', 'rank_pattern', 'alpha_pattern', 'r', 'lora_alpha', 'lora_dropout', 'use_rslora', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'LORA' } }, settings);
  }
}

/** VeRA. Fixed random matrices shared by all layers; only two scaling vectors a layer are trained. */
export class VeraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the shared random matrices; adds r parameters a layer. */
    r?: number;
    /** Start value of vera_lambda_d. */
    d_initial?: number;
    /** Probability of dropping an input of the adapter while training. */
    vera_dropout?: number;
    /** Seed of the fixed random bases, as in PEFT. */
    projection_prng_key?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'vera', names: ['modules_to_save', 'r', 'd_initial', 'vera_dropout', 'projection_prng_key', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'VERA' } }, settings);
  }
}

/** NoLA. LoRA whose two matrices are combinations of fixed random ones; only the coefficients are trained. */
export class NolaConfig extends MethodSettings {
  constructor(settings: {
    /** Coefficients for each of the two factors; parameters grow with it. */
    nola_num_bases?: number;
    /** Rank of the update; costs no parameters. */
    r?: number;
    /** The update is scaled by nola_alpha / r; 1 when left out, as in the authors' code. */
    nola_alpha?: number | null;
    /** Seed of the fixed random bases, as in PEFT. */
    projection_prng_key?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'nola', names: ['modules_to_save', 'nola_num_bases', 'r', 'nola_alpha', 'projection_prng_key', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'NOLA' } }, settings);
  }
}

/** DoRA. LoRA on the direction of each weight row, with its length trained apart. */
export class DoraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the update; parameters grow with it. */
    r?: number;
    /** The update is scaled by lora_alpha / r; r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast. */
    use_rslora?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** `lora_alpha` of layers by pattern of their names. */
    alpha_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'dora', names: ['modules_to_save', 'rank_pattern', 'alpha_pattern', 'r', 'lora_alpha', 'lora_dropout', 'use_rslora', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'LORA', use_dora: true } }, settings);
  }
}

/** PiSSA. LoRA that starts from the largest singular values of the weight and trains them; the rest of the weight is fixed. */
export class PissaConfig extends MethodSettings {
  constructor(settings: {
    /** How many singular values are trained; parameters grow with it. */
    r?: number;
    /** The product of the factors is scaled by lora_alpha / r; r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast. */
    use_rslora?: boolean;
    /** Weight decay of the run also acts on the factors, which hold what the model knows best; it does not unless this is set. */
    decay?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** `lora_alpha` of layers by pattern of their names. */
    alpha_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'pissa', names: ['modules_to_save', 'rank_pattern', 'alpha_pattern', 'r', 'lora_alpha', 'lora_dropout', 'use_rslora', 'decay', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'LORA', init_lora_weights: 'pissa' } }, settings);
  }
}

/** LoRA-XS. A small square matrix between two fixed ones, which are the weight's largest singular vectors; only the small one is trained. */
export class LoraXsConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the update; parameters grow with its square. */
    r?: number;
    /** The update is scaled by lora_alpha / r. */
    lora_alpha?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'lora_xs', names: ['modules_to_save', 'r', 'lora_alpha', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'LORAXS' } }, settings);
  }
}

/** SHiRA. Trains a few of the weights themselves, one or two in a hundred, and leaves the others as they are. */
export class ShiraConfig extends MethodSettings {
  constructor(settings: {
    /** As many weights are trained as LoRA of this rank has parameters. */
    r?: number;
    /** Any, or the largest of each layer. */
    mask_type?: 'random' | 'weight_magnitude';
    /** Which weights are trained where any are; each layer draws its own. */
    random_seed?: number | null;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'shira', names: ['modules_to_save', 'r', 'mask_type', 'random_seed', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'SHIRA' } }, settings);
  }
}

/** HiRA. A product of two thin matrices says by what share each weight changes: an update of high rank. */
export class HiraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of what the weight is multiplied by; parameters grow with it. */
    r?: number;
    /** Probability of dropping an input of the adapter while training. */
    hira_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'hira', names: ['modules_to_save', 'rank_pattern', 'r', 'hira_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'HIRA' } }, settings);
  }
}

/** MiSS. Inputs are added up in shards before one thin matrix: half of LoRA’s parameters at its rank, and nothing random. */
export class MissConfig extends MethodSettings {
  constructor(settings: {
    /** Length of a shard; parameters grow with it. */
    r?: number;
    /** Probability of dropping an input of the adapter while training. */
    miss_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'miss', names: ['modules_to_save', 'r', 'miss_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'MISS' } }, settings);
  }
}

/** KRAdapter. Each row of the update is the product of all pairs of two short rows: full rank, at one number of parameters. */
export class KradapterConfig extends MethodSettings {
  constructor(settings: {
    /** Factor of the update. */
    scaling?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'kradapter', names: ['modules_to_save', 'scaling', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'KRADAPTER' } }, settings);
  }
}

/** SVFT. Keeps the singular vectors of the weight and trains how they mix: a sparse matrix between them. */
export class SvftConfig extends MethodSettings {
  constructor(settings: {
    /** Diagonals beside the main one that are trained, on either side; the other patterns have as many entries. */
    off_diag?: number;
    /** Where entries are trained: a band, anywhere, where vectors agree most, or on the diagonal alone (off_diag 0). */
    pattern?: 'banded' | 'random' | 'topk' | 'plain';
    /** Entries start at zero, so at the model as it is, or at random as in the authors' code. */
    init?: 'zero' | 'normal';
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'svft', names: ['modules_to_save', 'off_diag', 'pattern', 'init', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'SVFT' } }, settings);
  }
}

/** AdaLoRA. LoRA in three factors whose ranks are a common budget: what matters least to the loss, in whatever layer, is taken away while it trains. */
export class AdaLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of every layer at first; parameters grow with it. */
    init_r?: number;
    /** Rank that layers keep on average. */
    target_r?: number | null;
    /** The update is scaled by lora_alpha / init_r, also when ranks have gone; init_r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Weight of the penalty on factors that are not orthogonal, which is part of the loss; 0 switches it off. */
    orth_reg_weight?: number;
    /** Steps before ranks are taken away. */
    tinit?: number | null;
    /** Steps after the last rank was taken away. */
    tfinal?: number | null;
    /** Ranks are taken away every so many steps. */
    deltaT?: number;
    /** Steps that the schedule is made for. */
    total_step?: number | null;
    /** Share of its importance that a weight keeps from step to step. */
    beta1?: number;
    /** The same of how much its importance varies. */
    beta2?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `kept` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'adalora', names: ['modules_to_save', 'rank_pattern', 'init_r', 'target_r', 'lora_alpha', 'lora_dropout', 'orth_reg_weight', 'tinit', 'tfinal', 'deltaT', 'total_step', 'beta1', 'beta2', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'ADALORA' } }, settings);
  }
}

/** AutoLoRA. LoRA as a sum of parts of rank one, with a trained share of each in the whole: which ranks a layer needs. */
export class AutoLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Parts of each layer; parameters grow with it. */
    r?: number;
    /** The update is scaled by lora_alpha / r; r squared when left out, so that at equal shares it is what a LoRA begins with. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'autolora', names: ['modules_to_save', 'r', 'lora_alpha', 'lora_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'AUTOLORA' } }, settings);
  }
}

/** PRANC. A few numbers for the whole model: how much of each of as many random networks is added to it. */
export class PrancConfig extends MethodSettings {
  constructor(settings: {
    /** How many are added, one trained number each; time grows with it, memory does not. */
    num_alpha?: number;
    /** Made from the key wherever they are needed, or brought by the adapter that is trained on. */
    bases?: 'key' | 'file';
    /** Seed of the fixed random bases, as in PEFT. */
    projection_prng_key?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'pranc', names: ['modules_to_save', 'num_alpha', 'bases', 'projection_prng_key', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'PRANC' } }, settings);
  }
}

/** HydraLoRA. One thin matrix that takes features and several that turn them into updates; a router says for each token how much of each. */
export class HydraLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of each update; parameters grow with it. */
    r?: number;
    /** Matrices B that the router chooses from. */
    lora_nums?: number;
    /** The update is scaled by lora_alpha / r; r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'hydralora', names: ['modules_to_save', 'r', 'lora_nums', 'lora_alpha', 'lora_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'HYDRALORA' } }, settings);
  }
}

/** RandLoRA-SVD. RandLoRA whose fixed matrices are the weight's own singular vectors instead of random ones. */
export class RandLoraSvdConfig extends MethodSettings {
  constructor(settings: {
    /** Singular vectors of one base; a smaller r means more bases and more parameters. */
    r?: number;
    /** The update is scaled by randlora_alpha / r; 20 r when left out, as with random bases. */
    randlora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    randlora_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'randlora_svd', names: ['modules_to_save', 'r', 'randlora_alpha', 'randlora_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'FULLRANK_RANDLORA' } }, settings);
  }
}

/** LoRA + RandLoRA. The update of LoRA and that of RandLoRA, added and trained together. */
export class LoraRandLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the update; parameters grow with it. */
    r?: number;
    /** The update is scaled by lora_alpha / r; r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast. */
    use_rslora?: boolean;
    /** Rank of one random base; a smaller r means more bases and more parameters. */
    randlora_r?: number;
    /** The update is scaled by randlora_alpha / r; 20 r when left out, PEFT's default. */
    randlora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    randlora_dropout?: number;
    /** Distribution of the fixed bases; uniform, sparse and very_sparse are PEFT's; generated ones are made in the kernels and take no memory. */
    bases?: 'uniform' | 'normal' | 'binary' | 'sparse' | 'very_sparse' | 'generated';
    /** How the bases lie in memory; auto takes the smallest type that holds them exactly, so that results do not change. */
    bases_storage?: 'auto' | 'f32' | 'f16' | 'bf16' | 'ternary';
    /** How columns of B are paired with rows of A: crossed as in PEFT and the authors' code, or as in the paper's formula. */
    pairing?: 'peft' | 'paper';
    /** The paper's RandLoRA-a (bases averaged before multiplying: rank r) and RandLoRA-b (half the rank), at the same count. */
    ablation?: 'none' | 'a' | 'b';
    /** Run the update beside the layer or inside its weight; auto lets the cost model choose per layer. */
    form?: 'auto' | 'streamed' | 'merged';
    /** Seed of the fixed random bases, as in PEFT. */
    projection_prng_key?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'lora_randlora', names: ['modules_to_save', 'r', 'lora_alpha', 'lora_dropout', 'use_rslora', 'randlora_r', 'randlora_alpha', 'randlora_dropout', 'bases', 'bases_storage', 'pairing', 'ablation', 'form', 'projection_prng_key', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'FULLRANK_HYBRID' } }, settings);
  }
}

/** IA3. One factor for each output of a layer, or for each input where the layer is the last of an MLP. */
export class IA3Config extends MethodSettings {
  constructor(settings: {
    /** Which of the target modules have their inputs scaled: suffixes, or a regular expression. */
    feedforward_modules?: string | string[] | null;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'ia3', names: ['modules_to_save', 'feedforward_modules', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'IA3' } }, settings);
  }
}

/** LN tuning. Trains the scales and the biases of the layer norms, and no other weight of the model. */
export class LNTuningConfig extends MethodSettings {
  constructor(settings: {
    /** Suffixes of the norms to train, or a regular expression; all of them when left out. */
    target_modules?: string | string[] | null;
    /** Norms to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'ln_tuning', names: ['modules_to_save', 'target_modules', 'exclude_modules'], peft: { peft_type: 'LN_TUNING' } }, settings);
  }
}

/** BitFit. Trains every bias of the model, those of norms and patches too, and no other weight. */
export class BitfitConfig extends MethodSettings {
  constructor(settings: {
    /** Suffixes of the modules whose biases are trained, or a regular expression; all of them when left out. */
    target_modules?: string | string[] | null;
    /** Modules to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'bitfit', names: ['modules_to_save', 'target_modules', 'exclude_modules'], peft: { peft_type: 'BITFIT' } }, settings);
  }
}

/** BEFT. Adds a trained bias to each layer; no weight changes. */
export class BeftConfig extends MethodSettings {
  constructor(settings: {
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'beft', names: ['modules_to_save', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'BEFT' } }, settings);
  }
}

/** LoHa. Two products of thin matrices, multiplied entry by entry: an update of rank r² by twice LoRA’s parameters. */
export class LoHaConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of each of the two products; parameters grow with it, and the update’s rank with its square. */
    r?: number;
    /** The update is scaled by alpha / r; r when left out. */
    alpha?: number | null;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** `alpha` of layers by pattern of their names. */
    alpha_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'loha', names: ['modules_to_save', 'rank_pattern', 'alpha_pattern', 'r', 'alpha', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'LOHA' } }, settings);
  }
}

/** GraLoRA. Cuts the weight into k by k blocks, each with thin matrices of its own: LoRA’s parameters, k times its rank. */
export class GraloraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of all blocks of a row together, a multiple of gralora_k; parameters grow with it. */
    r?: number;
    /** Number of blocks along each side of a weight: the parameters stay the same, and the rank that all blocks have together grows with it. */
    gralora_k?: number;
    /** Rank of a LoRA of the whole weight beside the blocks. */
    hybrid_r?: number;
    /** The update is scaled by alpha / (r + hybrid_r); twice r when left out. */
    alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    gralora_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'gralora', names: ['modules_to_save', 'r', 'gralora_k', 'hybrid_r', 'alpha', 'gralora_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'GRALORA' } }, settings);
  }
}

/** DeLoRA. LoRA whose thin matrices say in which direction a weight changes, and one trained number for how far. */
export class DeloraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the update; parameters grow with it. */
    r?: number;
    /** Start value of λ, how large the update may be; PEFT’s 15 is for much wider models. */
    delora_lambda?: number;
    /** Probability of dropping an input of the adapter while training. */
    module_dropout?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** `delora_lambda` of layers by pattern of their names. */
    lambda_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'delora', names: ['modules_to_save', 'rank_pattern', 'lambda_pattern', 'r', 'delora_lambda', 'module_dropout', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'DELORA' } }, settings);
  }
}

/** LoKr. The Kronecker product of two small matrices, the larger of them a product of thin ones: very few parameters, and a high rank. */
export class LoKrConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the second matrix, which is trained whole from half its longer side on; parameters grow with it. */
    r?: number;
    /** The update is scaled by alpha / r, also where both matrices are whole; r when left out. */
    alpha?: number | null;
    /** The first matrix is a product of thin ones, too, where the rank is small enough. */
    decompose_both?: boolean;
    /** Side of the first matrix, or the most it may be where that divides no side of the weight; −1 makes both as square as they can be. */
    decompose_factor?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `r` of layers by pattern of their names. */
    rank_pattern?: Record<string, number>;
    /** `alpha` of layers by pattern of their names. */
    alpha_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'lokr', names: ['modules_to_save', 'rank_pattern', 'alpha_pattern', 'r', 'alpha', 'decompose_both', 'decompose_factor', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'LOKR' } }, settings);
  }
}

/** HRA. Reflects the inputs of each layer on r mirrors, one after the other, whose normals are trained. */
export class HRAConfig extends MethodSettings {
  constructor(settings: {
    /** Number of mirrors, best an even one: they start in pairs that undo each other. Parameters grow with it. */
    r?: number;
    /** The normals are made orthogonal first (Gram and Schmidt). No pair then undoes itself: it starts at a model that is turned. */
    apply_GS?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'hra', names: ['modules_to_save', 'r', 'apply_GS', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'HRA' } }, settings);
  }
}

/** RoAd. Turns the outputs of each layer two by two and stretches them, by angles and lengths that are trained. */
export class RoadConfig extends MethodSettings {
  constructor(settings: {
    /** One angle and length for both outputs of a pair, one for each of them, or two for each: once, twice or four times the parameters. */
    variant?: 'road_1' | 'road_2' | 'road_4';
    /** Pairs lie half of so many outputs apart. It changes nothing of what can be learned, must be even and divide the outputs of each layer; PEFT takes 64, with which vLLM is quicker. */
    group_size?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'road', names: ['modules_to_save', 'variant', 'group_size', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'ROAD' } }, settings);
  }
}

/** OFT. Turns the inputs of each layer block by block: the angles between what its outputs look for stay as they are. */
export class OFTConfig extends MethodSettings {
  constructor(settings: {
    /** Inputs that are turned together; parameters grow with it. Where it does not divide the inputs of a layer the nearest size does that divides them. 0 where r is given. */
    oft_block_size?: number;
    /** Blocks of each layer, instead of their size; the nearest number that divides its inputs. */
    r?: number;
    /** All blocks of a layer turn alike. */
    block_share?: boolean;
    /** The rotation is made by a short series, which is quicker and not quite orthogonal; otherwise exactly, the other way round. */
    use_cayley_neumann?: boolean;
    /** Length of that series; 3 and 4 are the same. */
    num_cayley_neumann_terms?: number;
    /** Rotations stay small: what turns further is brought back after each step (COFT). */
    coft?: boolean;
    /** Largest norm of a layer's rotations where they are bounded. */
    eps?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'oft', names: ['modules_to_save', 'oft_block_size', 'r', 'block_share', 'use_cayley_neumann', 'num_cayley_neumann_terms', 'coft', 'eps', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'OFT' } }, settings);
  }
}

/** PSOFT. Turns the largest singular directions of the weight among themselves, and stretches them; the rest of the weight stays as it is. */
export class PsoftConfig extends MethodSettings {
  constructor(settings: {
    /** Singular directions that are turned; parameters grow with its square. */
    r?: number;
    /** PEFT’s: the update is scaled by psoft_alpha / r and the singular vectors by its inverse, so it changes nothing. */
    psoft_alpha?: number;
    /** Probability of dropping an input of the adapter while training. */
    psoft_dropout?: number;
    /** Where singular values stand: on the side of the outputs, so that the turn keeps angles, or half on either side. */
    ab_svd_init?: 'psoft_init' | 'pissa_init';
    /** R is a rotation; otherwise any matrix, of twice as many parameters. */
    psoft_orth?: boolean;
    /** Each direction is also stretched behind the rotation, by a factor that is trained. */
    psoft_mag_b?: boolean;
    /** Each direction is also stretched before the rotation, by a factor that is trained. */
    psoft_mag_a?: boolean;
    /** The rotation is made by a short series, which is quicker and not quite orthogonal. */
    use_cayley_neumann?: boolean;
    /** Length of that series; 3 and 4 are the same. */
    num_cayley_neumann_terms?: number;
    /** Largest norm of Q in that series, between 0 and 1; what is larger is scaled down to it. */
    cayley_neumann_eps?: number | null;
    /** The file holds the singular vectors; otherwise it is PEFT’s, where whoever opens it makes them again, perhaps with other signs. */
    save_vectors?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'psoft', names: ['modules_to_save', 'r', 'psoft_alpha', 'psoft_dropout', 'ab_svd_init', 'psoft_orth', 'psoft_mag_b', 'psoft_mag_a', 'use_cayley_neumann', 'num_cayley_neumann_terms', 'cayley_neumann_eps', 'save_vectors', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'PSOFT' } }, settings);
  }
}

/** C3A. An update of blocks, in each of which every row is the one above it shifted by one place: one trained row a block. */
export class C3AConfig extends MethodSettings {
  constructor(settings: {
    /** Length of a block, at most: each layer takes the largest that divides both its sizes; the larger, the fewer parameters. */
    block_size?: number;
    /** Start values: random as in PEFT, or zeros, so at the model as it is. */
    init_weights?: 'xavier_uniform' | 'kaiming_uniform' | 'gaussian' | 'zeros';
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `block_size` of layers by pattern of their names. */
    block_size_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'c3a', names: ['modules_to_save', 'block_size_pattern', 'block_size', 'init_weights', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'C3A' } }, settings);
  }
}

/** FourierFT. A few entries of the spectrum of an update, at random frequencies; the update is its inverse Fourier transform. */
export class FourierFTConfig extends MethodSettings {
  constructor(settings: {
    /** Entries of the spectrum that are trained, in each layer. */
    n_frequency?: number;
    /** Factor of the update, whose entries are small since the transform divides by the size of the weight. */
    scaling?: number;
    /** Which frequencies are trained; as in PEFT, layers of one size have the same. */
    random_loc_seed?: number;
    /** Start with a spectrum of zeros, so at the model as it is; otherwise at random, as PEFT does unless it is told. */
    init_weights?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `n_frequency` of layers by pattern of their names. */
    n_frequency_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'fourierft', names: ['modules_to_save', 'n_frequency_pattern', 'n_frequency', 'scaling', 'random_loc_seed', 'init_weights', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'FOURIERFT' } }, settings);
  }
}

/** WaveFT. A few wavelet coefficients of an update, at random places; the update is their inverse wavelet transform. */
export class WaveFTConfig extends MethodSettings {
  constructor(settings: {
    /** Wavelet coefficients that are trained, in each layer. */
    n_frequency?: number;
    /** Factor of the update. */
    scaling?: number;
    /** The wavelet: of Daubechies (db; db1 is Haar's), least asymmetric (sym) or a coiflet (coif); the higher its number, the longer and smoother. */
    wavelet_family?: 'db1' | 'db2' | 'db3' | 'db4' | 'db5' | 'db6' | 'db7' | 'db8' | 'db9' | 'db10' | 'sym2' | 'sym3' | 'sym4' | 'sym5' | 'sym6' | 'sym7' | 'sym8' | 'sym9' | 'sym10' | 'coif1' | 'coif2' | 'coif3';
    /** Transform the coefficients; otherwise they are the changed weights themselves. */
    use_idwt?: boolean;
    /** Give larger layers more coefficients, as many in all. */
    proportional_parameters?: boolean;
    /** Which coefficients are trained; as in PEFT, layers of one size have the same. */
    random_loc_seed?: number;
    /** Start with coefficients of zero, so at the model as it is; otherwise with small random ones. */
    init_weights?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** `n_frequency` of layers by pattern of their names. */
    n_frequency_pattern?: Record<string, number>;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'waveft', names: ['modules_to_save', 'n_frequency_pattern', 'n_frequency', 'scaling', 'wavelet_family', 'use_idwt', 'proportional_parameters', 'random_loc_seed', 'init_weights', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'WAVEFT' } }, settings);
  }
}

/** VB-LoRA. LoRA whose matrices are put together of short vectors, each a mix of a few out of one bank for the whole model. */
export class VBLoRAConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors in the bank; every part of a matrix has a logit for each. */
    num_vectors?: number;
    /** It must divide both sizes of every layer; the largest that does, up to 256, when left out. */
    vector_length?: number | null;
    /** Rank of the update; logits grow with it. */
    r?: number;
    /** Vectors that are mixed: those with the largest logits. */
    topk?: number;
    /** Probability of dropping an input of the adapter while training. */
    vblora_dropout?: number;
    /** The vectors start anywhere between this and its negative. */
    init_vector_bank_bound?: number;
    /** Standard deviation of the logits at the start. */
    init_logits_std?: number;
    /** The adapter that is trained on brings what is mixed and no logits, which then stays as it is: the bank alone learns. */
    save_only_topk_weights?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'vblora', names: ['modules_to_save', 'num_vectors', 'vector_length', 'r', 'topk', 'vblora_dropout', 'init_vector_bank_bound', 'init_logits_std', 'save_only_topk_weights', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'VBLORA' } }, settings);
  }
}

/** PVeRA. VeRA with noise that it learns the strength of: between its two fixed matrices stand means and variances, of which training draws and the trained model takes the mean. */
export class PveraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of the shared random matrices; adds 2 r parameters a layer, for means and variances. */
    r?: number;
    /** Start value of pvera_lambda_d. */
    d_initial?: number;
    /** Seed of the noise that training draws. The numbers are not those that PEFT draws from it. */
    generator_seed?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    pvera_dropout?: number;
    /** Seed of the fixed random bases, as in PEFT. */
    projection_prng_key?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'pvera', names: ['modules_to_save', 'r', 'd_initial', 'generator_seed', 'pvera_dropout', 'projection_prng_key', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'PVERA' } }, settings);
  }
}

/** TinyLoRA. A short vector mixes fixed random matrices between the weight's largest singular vectors; layers may share one, down to a handful of numbers for the whole model. */
export class TinyLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Numbers that a layer, or a group of layers, trains. Where no layers share one, those beyond r² say nothing new. */
    u?: number;
    /** Rank of the update: singular vectors of the weight that it is made between. Parameters do not grow with it. */
    r?: number;
    /** Share of vectors that are saved by sharing: 0 for one in each layer, 1 for one for the whole model. */
    weight_tying?: number;
    /** Seed of the fixed random matrices of the first layer; each layer takes the next one, as in PEFT. */
    projection_seed?: number;
    /** The file holds the random matrices; without them it is smaller, and they are drawn again. */
    save_projection?: boolean;
    /** Probability of dropping an input of the adapter while training. */
    tinylora_dropout?: number;
    /** Start with vectors of zeros, so at the model as it is; otherwise at random. */
    init_weights?: boolean;
    /** At random, the numbers start anywhere between this and its negative. */
    init_v_bound?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'tinylora', names: ['modules_to_save', 'u', 'r', 'weight_tying', 'projection_seed', 'save_projection', 'tinylora_dropout', 'init_weights', 'init_v_bound', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'TINYLORA' } }, settings);
  }
}

/** Uni-LoRA. LoRA whose matrices are filled from one short vector for the whole model: every entry is one of its numbers, drawn once from a seed. */
export class UniLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Length of the vector that all layers share: all that is trained. */
    theta_d_length?: number;
    /** Rank of the update; costs no parameters. */
    r?: number;
    /** Which number goes to which places in the matrices, as PEFT draws it. */
    proj_seed?: number;
    /** Probability of dropping an input of the adapter while training. */
    unilora_dropout?: number;
    /** The numbers start anywhere between this and its negative. */
    init_theta_d_bound?: number;
    /** The file holds the places as well, and is as large as a LoRA’s or larger; otherwise they are drawn again from the seed. */
    save_indices?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'unilora', names: ['modules_to_save', 'theta_d_length', 'r', 'proj_seed', 'unilora_dropout', 'init_theta_d_bound', 'save_indices', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'UNILORA' } }, settings);
  }
}

/** BOFT. Turns the inputs of each layer by one or more rounds of small blocks, mixed in between, and scales its outputs. */
export class BOFTConfig extends MethodSettings {
  constructor(settings: {
    /** Inputs that are turned together; it must divide the inputs of each layer, as 2 mostly does (PEFT takes 4). Parameters grow with it. 0 where their number is given. */
    boft_block_size?: number;
    /** Blocks of each layer, instead of their size. */
    boft_block_num?: number;
    /** Rounds, each of which mixes inputs twice as far apart; the number of blocks must be divisible by 2 so many times, less one. Parameters grow with it. */
    boft_n_butterfly_factor?: number;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'boft', names: ['modules_to_save', 'boft_block_size', 'boft_block_num', 'boft_n_butterfly_factor', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'BOFT' } }, settings);
  }
}

/** GLoRA. Scales each weight and adds to it, by products of thin matrices, vectors or numbers, and does the same to the bias. */
export class GloraConfig extends MethodSettings {
  constructor(settings: {
    /** Rank of what is a product of thin matrices; parameters grow with it. */
    r?: number;
    /** What scales the weight and what is added to it: products of thin matrices, a number for each output, one number, or nothing. */
    config_A_B?: 'lora' | 'vector' | 'constant' | 'none';
    /** What the weight is multiplied by and adds to the bias: a product of rank r, a vector, or nothing. */
    config_C?: 'lora' | 'vector' | 'none';
    /** What scales the bias and what is added to it: a number for each output, one number, or nothing. */
    config_D_E?: 'vector' | 'constant' | 'none';
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'glora', names: ['modules_to_save', 'r', 'config_A_B', 'config_C', 'config_D_E', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'GLORA' } }, settings);
  }
}

/** VPT. Trains a few tokens that stand in the sequence beside the patches, in front of the first block alone or of every block; no weight changes. */
export class VptConfig extends MethodSettings {
  constructor(settings: {
    /** Tokens that are put beside the patches; attention takes longer with each. */
    n_ctx?: number;
    /** Blocks that get prompts of their own, from the first on; 1 is the shallow form. */
    prompt_depth?: number | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'vpt', names: ['modules_to_save', 'n_ctx', 'prompt_depth'] }, settings);
  }
}

/** CoOp. Trains the words around the names of classes that CLIP compares pictures with, as vectors; no weight changes. */
export class CoopConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors around the name of a class; a text has 77 tokens at most. */
    n_ctx?: number;
    /** Each class learns a context of its own, which suits a few classes that are much alike. */
    class_specific?: boolean;
    /** Where the name of the class stands in its context. */
    class_token_position?: 'end' | 'middle' | 'front';
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'coop', names: ['modules_to_save', 'n_ctx', 'class_specific', 'class_token_position', 'ctx_init'] }, settings);
  }
}

/** CoCoOp. CoOp, with a small network that moves the context for each picture: holds better for classes that it has not seen, and reads all texts anew for every picture. */
export class CocoopConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors in front of the name of a class. */
    n_ctx?: number;
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[];
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'cocoop', names: ['modules_to_save', 'n_ctx', 'ctx_init'] }, settings);
  }
}

/** MaPLe. Trains vectors in the texts of the classes, and layers that make tokens beside the patches of them: both towers of CLIP see what was learned, in their first blocks. */
export class MapleConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors in each text, and tokens beside the patches. */
    n_ctx?: number;
    /** Blocks that get vectors of their own, from the first on. */
    prompt_depth?: number;
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[];
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'maple', names: ['modules_to_save', 'n_ctx', 'prompt_depth', 'ctx_init'] }, settings);
  }
}

/** PromptSRC. Trains vectors in the texts and beside the patches, and holds what CLIP makes of them near to what it made before, so that it forgets less. */
export class PromptsrcConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors in each text. */
    n_ctx_text?: number;
    /** Tokens beside the patches; attention takes longer with each. */
    n_ctx_vision?: number;
    /** Blocks that get vectors of their own, from the first on. */
    prompt_depth_text?: number;
    /** Blocks that get vectors of their own, from the first on. */
    prompt_depth_vision?: number;
    /** How much the distance of text features from the frozen ones counts. */
    text_loss_weight?: number;
    /** How much the distance of image features from the frozen ones counts. */
    image_loss_weight?: number;
    /** Saves the average of the vectors over the epochs, weighted by a normal distribution around this one; its authors take 15 of 20. */
    gpa_mean?: number;
    /** Standard deviation of that distribution. */
    gpa_std?: number;
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[];
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'promptsrc', names: ['modules_to_save', 'n_ctx_text', 'n_ctx_vision', 'prompt_depth_text', 'prompt_depth_vision', 'text_loss_weight', 'image_loss_weight', 'gpa_mean', 'gpa_std', 'ctx_init'] }, settings);
  }
}

/** CoOp + DePT. CoOp with a head for the classes besides (decoupled prompt tuning): it learns what is special to them and leaves to the prompts what is common. */
export class CoopDeptConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors around the name of a class; a text has 77 tokens at most. */
    n_ctx?: number;
    /** Each class learns a context of its own, which suits a few classes that are much alike. */
    class_specific?: boolean;
    /** Where the name of the class stands in its context. */
    class_token_position?: 'end' | 'middle' | 'front';
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[] | null;
    /** How much the head for the classes counts, in what is learned and in what is said; the rest is the texts. */
    weight?: number;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'dept_coop', names: ['modules_to_save', 'n_ctx', 'class_specific', 'class_token_position', 'ctx_init', 'weight'] }, settings);
  }
}

/** MaPLe + DePT. MaPLe with a head for the classes besides (decoupled prompt tuning): it learns what is special to them and leaves to the prompts what is common. */
export class MapleDeptConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors in each text, and tokens beside the patches. */
    n_ctx?: number;
    /** Blocks that get vectors of their own, from the first on. */
    prompt_depth?: number;
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[];
    /** How much the head for the classes counts, in what is learned and in what is said; the rest is the texts. */
    weight?: number;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'dept_maple', names: ['modules_to_save', 'n_ctx', 'prompt_depth', 'ctx_init', 'weight'] }, settings);
  }
}

/** CoOp + LoRA. The context of CoOp in the texts, and the update of LoRA in both towers, trained together. */
export class CoopLoraConfig extends MethodSettings {
  constructor(settings: {
    /** Vectors around the name of a class; a text has 77 tokens at most. */
    n_ctx?: number;
    /** Each class learns a context of its own, which suits a few classes that are much alike. */
    class_specific?: boolean;
    /** Where the name of the class stands in its context. */
    class_token_position?: 'end' | 'middle' | 'front';
    /** Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot. */
    ctx_init?: string | number | number[];
    /** Rank of the update; parameters grow with it. */
    r?: number;
    /** The update is scaled by lora_alpha / r; r when left out. */
    lora_alpha?: number | null;
    /** Probability of dropping an input of the adapter while training. */
    lora_dropout?: number;
    /** Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast. */
    use_rslora?: boolean;
    /** Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model. */
    target_modules?: string | string[] | null;
    /** Layers to leave alone, by suffix. */
    exclude_modules?: string | string[] | null;
    /** Numbers of the blocks to adapt, e.g. 0,1,2; all when left out. */
    layers_to_transform?: string | number | number[] | null;
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'coop_lora', names: ['modules_to_save', 'n_ctx', 'class_specific', 'class_token_position', 'ctx_init', 'r', 'lora_alpha', 'lora_dropout', 'use_rslora', 'target_modules', 'exclude_modules', 'layers_to_transform'], peft: { peft_type: 'FULLRANK_PROMPTED' } }, settings);
  }
}

/** Full fine-tuning. Trains every weight of the model. */
export class FullFineTuningConfig extends MethodSettings {
  constructor(settings: {
    [field: string]: unknown;
  } = {}) {
    super({ method: 'full', names: ['modules_to_save'] }, settings);
  }
}

/** Linear probe. Trains the classification head alone on frozen features. */
export class LinearProbeConfig extends MethodSettings {
  constructor(settings: {
    /** Layers that are trained whole and saved with the adapter; the classifier when left out. */
    modules_to_save?: string[] | null;
    [field: string]: unknown;
  } = {}) {
    super({ method: 'linear_probe', names: ['modules_to_save'] }, settings);
  }
}
