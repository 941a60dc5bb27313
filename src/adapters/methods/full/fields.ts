import type { MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'full',
  title: 'Full fine-tuning',
  help: 'Trains every weight of the model.',
  kind: 'weights',
  formula: 'W′ = W + ΔW, every entry free',
  when: 'With many pictures and enough memory: the most that can change. With few it may forget, and wants a small rate.',
  budget: null,
  lr: 2.2e-4,
  fields: [],
  look,
  trains: 'weights',
  usual: true,
  corner: 1,
};
