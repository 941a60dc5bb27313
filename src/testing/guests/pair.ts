import { ownCodec } from '../../adapters/codec';
import type { MethodFields } from '../../adapters/field';
import { method as lora } from '../../adapters/methods/lora/method';
import { pair } from '../../adapters/pair';
import { pairFields } from '../../adapters/pair.fields';
import { method as pranc } from '../../adapters/methods/pranc/method';

export const fields: MethodFields = {
  method: 'lora_pranc',
  title: 'LoRA + PRANC',
  help: 'Tensors of each layer beside one that all layers have in common.',
  kind: 'low rank',
  formula: 'ΔW = s B A + s′ Σ α_j θ_j',
  when: 'In tests.',
  budget: null,
  lr: 1e-2,
  fields: pairFields(lora.fields, pranc.fields),
};

/** A pair that the project does not ship, without a look: delta = s B A + sum over k of alpha[k] P_k. */
export const method = pair(fields, [ownCodec('LORA_PRANC', fields, (c) => ({ r: c.r, lora_alpha: c.lora_alpha, num_alpha: c.num_alpha, projection_prng_key: c.projection_prng_key }))], lora, pranc);
