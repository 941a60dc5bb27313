import { defined } from '../../../numbers/defined';
import { num, type Equivalent } from '../../method';

/** Uni-LoRA as the LoRA that it is: lora_A and lora_B with their numbers put in place, unscaled. */
export const equivalent: Equivalent = {
  config: (c) => ({ r: num(c, 'r'), lora_alpha: num(c, 'r') }),
  tensors(_, __, tensor) {
    const theta = tensor('unilora_theta_d').data;
    const placed = (side: 'A' | 'B') => {
      const scales = tensor(`unilora_scales_${side}`).data;
      return tensor(`unilora_indices_${side}`).data.map((n, i) => defined(theta[n]) * defined(scales[i]));
    };
    return { 'lora_A.weight': placed('A'), 'lora_B.weight': placed('B') };
  },
};
