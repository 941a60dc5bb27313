import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'adalora',
  title: 'AdaLoRA',
  help: 'LoRA in three factors whose ranks are a common budget: what matters least to the loss, in whatever layer, is taken away while it trains.',
  paper: arxiv('AdaLoRA', '2303.10512'),
  python: false,
  equivalent: 'lora',
  kind: 'low rank',
  formula: 'ΔW = P Λ Q, of fewer ranks as it trains',
  when: 'When layers should have as much of the budget as they need; it wants a longer run, through which it prunes.',
  budget: 'init_r',
  lr: 3e-2,
  look,
  fields: [
    { name: 'init_r', label: 'Rank to begin with', kind: 'integer', default: 12, min: 1, max: 4096, help: 'Rank of every layer at first; parameters grow with it.', short: 'r' },
    { name: 'target_r', label: 'Rank to end with', kind: 'integer', default: null, min: 0, max: 4096, help: 'Rank that layers keep on average.', empty: { value: null, means: 'two thirds of the first' } },
    { name: 'lora_alpha', label: 'lora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by lora_alpha / init_r, also when ranks have gone; init_r when left out.', empty: { value: null, means: 'init_r' } },
    dropoutField('lora_dropout'),
    { name: 'orth_reg_weight', label: 'Orthogonality', kind: 'number', default: 0.5, min: 0, max: 1e6, help: 'Weight of the penalty on factors that are not orthogonal, which is part of the loss; 0 switches it off.' },
    { name: 'tinit', label: 'Steps at full rank', kind: 'integer', default: null, min: 0, max: 1e9, help: 'Steps before ranks are taken away.', empty: { value: null, means: 'a tenth of the run' } },
    { name: 'tfinal', label: 'Steps at the end', kind: 'integer', default: null, min: 0, max: 1e9, help: 'Steps after the last rank was taken away.', empty: { value: null, means: 'three tenths of the run' } },
    { name: 'deltaT', label: 'Steps between', kind: 'integer', default: 1, min: 1, max: 1e9, help: 'Ranks are taken away every so many steps.' },
    { name: 'total_step', label: 'Steps in all', kind: 'integer', default: null, min: 1, max: 1e9, help: 'Steps that the schedule is made for.', empty: { value: null, means: 'the run\'s' } },
    { name: 'beta1', label: 'Smoothing of importance', kind: 'number', default: 0.85, min: 0, max: 1, help: 'Share of its importance that a weight keeps from step to step.' },
    { name: 'beta2', label: 'Smoothing of uncertainty', kind: 'number', default: 0.85, min: 0, max: 1, help: 'The same of how much its importance varies.' },
    ...targetFields,
  ],
  patterns: { rank_pattern: 'kept' },
};
