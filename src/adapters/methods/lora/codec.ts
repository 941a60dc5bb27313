import * as z from 'zod/mini';
import type { MethodConfig } from '../../field';
import { commonRest, dropout, empty, flag, givenPatterns, off, pattern, rank, type Codec } from '../../codec';
import { num, numOr } from '../../method';

/** r when left out, so that the update is scaled by 1. */
export const loraAlpha = (c: MethodConfig): number => numOr(c, 'lora_alpha', num(c, 'r'));

/** Fields of PEFT's LoraConfig at their defaults. Source: peft/tuners/lora/config.py, 0.18. */
const rest = {
  alora_invocation_tokens: null,
  arrow_config: null,
  corda_config: null,
  ensure_weight_tying: false,
  eva_config: null,
  init_lora_weights: true,
  layer_replication: null,
  loftq_config: {},
  lora_bias: false,
  megatron_config: null,
  megatron_core: 'megatron.core',
  qalora_group_size: 16,
  target_parameters: null,
  trainable_token_indices: null,
  use_qalora: false,
};

/** LORA, of every method that PEFT keeps under that type. */
export const loraCodec: Codec = {
  type: 'LORA',
  peft: true,
  fields: {
    r: z._default(rank, 8),
    lora_alpha: z._default(z.number(), 8),
    lora_dropout: z._default(dropout, 0),
    use_rslora: flag(false),
    rank_pattern: pattern(rank),
    alpha_pattern: pattern(z.number()),
    use_dora: flag(false),
  },
  read: ({ r, lora_alpha, lora_dropout, use_rslora, rank_pattern, alpha_pattern }) => ({
    r, lora_alpha, lora_dropout, use_rslora, ...givenPatterns({ rank_pattern, alpha_pattern }),
  }),
  write: (c: MethodConfig, patterns) => ({
    r: num(c, 'r'), lora_alpha: loraAlpha(c), lora_dropout: num(c, 'lora_dropout'), use_rslora: c.use_rslora === true, use_dora: false, rank_pattern: {}, alpha_pattern: {}, ...patterns,
  }),
  rest: { ...commonRest, ...rest },
  excludes: true,
  refused: {
    lora_bias: [off, 'adds a bias to lora_B'],
    loftq_config: [empty, 'changes the base weights (LoftQ)'],
    corda_config: [empty, 'changes the base weights (CorDA)'],
    lora_ga_config: [empty, 'changes the base weights (LoRA-GA)'],
    use_qalora: [off, 'pools the input (QALoRA)'],
    use_bdlora: [empty, 'makes the factors block-diagonal (BD-LoRA)'],
    arrow_config: [empty, 'mixes several adapters (Arrow)'],
    velora_config: [empty, 'compresses activations (VeLoRA)'],
    kasa_config: [empty, 'changes the base weights (KaSA)'],
    monteclora_config: [empty, 'samples the adapter (MonteCLoRA)'],
    alora_invocation_tokens: [empty, 'switches the adapter on at a token (aLoRA)'],
    // pissa, olora, corda, loftq and lora_ga subtract their start from the base weights; the others only choose random numbers.
    init_lora_weights: [(v) => v == null || typeof v === 'boolean' || v === 'gaussian' || v === 'eva' || v === 'orthogonal', 'changes the base weights'],
  },
  harmless: ['qalora_group_size', 'eva_config'],
  card: { first: 'import torch.distributed.tensor  # PEFT uses it and does not import it, nor do older transformers' },
};
