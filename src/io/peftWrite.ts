import { said } from '../said/said';
import { FormatError } from './formatError';
import type { PeftConfig } from './peft';

/** Fields that PEFT 0.18 writes for LoRA and that we leave at their defaults. */
const loraRest = {
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

/**
 * Text of `adapter_config.json` as PEFT writes it: every field, keys sorted, indent 2, no line at the end. Throws
 * FormatError for `exclude_modules` with VeRA or RandLoRA, whose configs in PEFT lack it (it would be dropped on loading).
 */
export function writeAdapterConfig(config: PeftConfig): string {
  const { exclude_modules: excluded, ...rest } = config;
  if (config.peft_type !== 'LORA' && excluded?.length) {
    throw new FormatError(said`PEFT's ${config.peft_type} has no exclude_modules; list the adapted modules in target_modules instead.`);
  }
  const fields: Record<string, unknown> = {
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    ...(config.peft_type === 'LORA' ? { ...loraRest, exclude_modules: excluded } : { init_weights: true }),
    ...rest,
  };
  const sorted = Object.keys(fields).sort().map((key) => [key, fields[key]] as const);
  return JSON.stringify(Object.fromEntries(sorted), null, 2);
}
