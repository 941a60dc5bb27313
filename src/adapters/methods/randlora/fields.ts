import { arxiv, dropoutField, keyField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'randlora',
  title: 'RandLoRA',
  help: 'Many fixed random matrices, each scaled by learned diagonals: an update of full rank.',
  paper: arxiv('RandLoRA', '2502.00987'),
  kind: 'shared and random bases',
  formula: 'ΔW = s Σ_i B_i Λ_i A Γ_i',
  when: 'When LoRA no longer gains from more parameters: the update has full rank. It needs a smaller rate than LoRA, and more time for each step.',
  budget: 'r',
  lr: 1e-3,
  look,
  usual: true,
  corner: 2,
  fields: [
    { name: 'r', label: 'Rank r of a base', kind: 'integer', default: 32, min: 1, max: 4096, help: 'Rank of one random base; a smaller r means more bases and more parameters.' },
    { name: 'randlora_alpha', label: 'randlora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by randlora_alpha / r; 20 r when left out, PEFT\'s default.', empty: { value: null, means: '20 r' } },
    dropoutField('randlora_dropout'),
    { name: 'bases', label: 'Random bases', kind: 'choice', default: 'uniform', choices: ['uniform', 'normal', 'binary', 'sparse', 'very_sparse', 'generated'], help: 'Distribution of the fixed bases; uniform, sparse and very_sparse are PEFT\'s; generated ones are made in the kernels and take no memory.' },
    { name: 'bases_storage', label: 'Storage of the bases', kind: 'choice', default: 'auto', choices: ['auto', 'f32', 'f16', 'bf16', 'ternary'], help: 'How the bases lie in memory; auto takes the smallest type that holds them exactly, so that results do not change.' },
    { name: 'pairing', label: 'Pairing', kind: 'choice', default: 'peft', choices: ['peft', 'paper'], help: 'How columns of B are paired with rows of A: crossed as in PEFT and the authors\' code, or as in the paper\'s formula.' },
    { name: 'ablation', label: 'Ablation', kind: 'choice', default: 'none', choices: ['none', 'a', 'b'], help: 'The paper\'s RandLoRA-a (bases averaged before multiplying: rank r) and RandLoRA-b (half the rank), at the same count.' },
    { name: 'form', label: 'Form', kind: 'choice', default: 'auto', choices: ['auto', 'streamed', 'merged'], help: 'Run the update beside the layer or inside its weight; auto lets the cost model choose per layer.' },
    keyField,
    ...targetFields,
  ],
};
