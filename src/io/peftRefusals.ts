import { said, type Said } from '../said/said';
import { FormatError, quote } from './formatError';

const off = (value: unknown) => value == null || value === false;
const empty = (value: unknown) => off(value) || (typeof value === 'object' && Object.keys(value as object).length === 0);

/** Fields that change what an adapter computes and that are not honoured: which values do nothing, and what the rest mean. */
const refusals: Record<string, [harmless: (value: unknown) => boolean, meaning: Said]> = {
  rank_pattern: [empty, said`gives some layers another rank`],
  alpha_pattern: [empty, said`gives some layers another alpha`],
  bias: [(v) => v == null || v === 'none', said`trains biases of the base model`],
  fan_in_fan_out: [off, said`stores weights transposed (Conv1D)`],
  lora_bias: [off, said`adds a bias to lora_B`],
  layer_replication: [empty, said`repeats layers of the base model`],
  megatron_config: [empty, said`is for Megatron models`],
  target_parameters: [empty, said`adapts parameters that are not layers`],
  trainable_token_indices: [empty, said`trains single token embeddings`],
  loftq_config: [empty, said`changes the base weights (LoftQ)`],
  corda_config: [empty, said`changes the base weights (CorDA)`],
  lora_ga_config: [empty, said`changes the base weights (LoRA-GA)`],
  use_qalora: [off, said`pools the input (QALoRA)`],
  use_bdlora: [empty, said`makes the factors block-diagonal (BD-LoRA)`],
  arrow_config: [empty, said`mixes several adapters (Arrow)`],
  velora_config: [empty, said`compresses activations (VeLoRA)`],
  kasa_config: [empty, said`changes the base weights (KaSA)`],
  monteclora_config: [empty, said`samples the adapter (MonteCLoRA)`],
  alora_invocation_tokens: [empty, said`switches the adapter on at a token (aLoRA)`],
  // pissa, olora, corda, loftq and lora_ga subtract their start from the base weights; the others only choose random numbers.
  init_lora_weights: [(v) => v == null || typeof v === 'boolean' || v === 'gaussian' || v === 'eva' || v === 'orthogonal', said`changes the base weights`],
};

/** Known fields that cannot change what a saved adapter computes. */
const harmless = ['inference_mode', 'init_weights', 'init_vera_weights', 'megatron_core', 'qalora_group_size', 'ensure_weight_tying', 'eva_config'];

/**
 * Throws FormatError naming the first field that cannot be honoured, other than those that `honoured` names; returns the
 * names of all fields looked after here.
 */
export function refuse(json: Record<string, unknown>, honoured: readonly string[] = []): string[] {
  for (const [field, [isHarmless, meaning]] of Object.entries(refusals)) {
    if (honoured.includes(field)) continue;
    if (Object.hasOwn(json, field) && !isHarmless(json[field])) {
      const value = json[field];
      throw new FormatError(said`adapter_config.json sets ${field} to ${quote(typeof value === 'string' ? value : JSON.stringify(value))}, which ${meaning}; this is not supported. Merge the adapter with PEFT and load the result as a model.`);
    }
  }
  return [...Object.keys(refusals), ...harmless];
}
