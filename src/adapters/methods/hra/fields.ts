import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'hra',
  title: 'HRA',
  help: 'Reflects the inputs of each layer on r mirrors, one after the other, whose normals are trained.',
  paper: arxiv('HRA', '2405.17484'),
  kind: 'rotations',
  formula: 'W′ = W H₁ … H_r,  H_i = I − 2 u_i u_iᵀ / |u_i|²',
  when: 'When what the model knows should keep its angles and lengths, at half of LoRA’s parameters. Choose an even r: an odd one does not start at the model as it is.',
  budget: 'r',
  lr: 1e-2,
  look,
  fields: [
    { name: 'r', label: 'Reflections r', kind: 'integer', default: 8, min: 1, max: 1024, help: 'Number of mirrors, best an even one: they start in pairs that undo each other. Parameters grow with it.' },
    { name: 'apply_GS', label: 'Orthogonal mirrors', kind: 'boolean', default: false, help: 'The normals are made orthogonal first (Gram and Schmidt). No pair then undoes itself: it starts at a model that is turned.' },
    ...targetFields,
  ],
};
