import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'randlora_svd',
  title: 'RandLoRA-SVD',
  help: 'RandLoRA whose fixed matrices are the weight\'s own singular vectors instead of random ones.',
  paper: { ...arxiv('RandLoRA', '2502.00987'), idea: true },
  peft: false,
  kind: 'the weight’s own parts',
  formula: 'ΔW = s Σ_i U_i Λ_i V Γ_i',
  when: 'To see what RandLoRA gains or loses by bases that are not random.',
  budget: 'r',
  lr: 1e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r of a base', kind: 'integer', default: 32, min: 1, max: 4096, help: 'Singular vectors of one base; a smaller r means more bases and more parameters.' },
    { name: 'randlora_alpha', label: 'randlora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by randlora_alpha / r; 20 r when left out, as with random bases.', empty: { value: null, means: '20 r' } },
    dropoutField('randlora_dropout'),
    ...targetFields,
  ],
};
