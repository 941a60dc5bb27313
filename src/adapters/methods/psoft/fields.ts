import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'psoft',
  title: 'PSOFT',
  help: 'Turns the largest singular directions of the weight among themselves, and stretches them; the rest of the weight stays as it is.',
  paper: arxiv('PSOFT', '2505.11235'),
  equivalent: 'lora',
  kind: 'rotations',
  formula: 'ΔW = U S (R − I) Vᵀ,  R = diag(b) (I + Q)(I − Q)⁻¹ diag(a),  Q = −Qᵀ',
  when: 'When the model should forget little and about r²/2 parameters a layer are enough; needs a decomposition of each weight first.',
  budget: 'r',
  lr: 1e-2,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 16, min: 1, max: 4096, help: 'Singular directions that are turned; parameters grow with its square.' },
    { name: 'psoft_alpha', label: 'psoft_alpha', kind: 'number', default: 32, min: 1e-6, max: 1e6, help: 'PEFT’s: the update is scaled by psoft_alpha / r and the singular vectors by its inverse, so it changes nothing.' },
    dropoutField('psoft_dropout'),
    { name: 'ab_svd_init', label: 'Singular values', kind: 'choice', default: 'psoft_init', choices: ['psoft_init', 'pissa_init'], help: 'Where singular values stand: on the side of the outputs, so that the turn keeps angles, or half on either side.' },
    { name: 'psoft_orth', label: 'Rotation', kind: 'boolean', default: true, help: 'R is a rotation; otherwise any matrix, of twice as many parameters.' },
    { name: 'psoft_mag_b', label: 'Scales behind', kind: 'boolean', default: true, help: 'Each direction is also stretched behind the rotation, by a factor that is trained.' },
    { name: 'psoft_mag_a', label: 'Scales before', kind: 'boolean', default: true, help: 'Each direction is also stretched before the rotation, by a factor that is trained.' },
    { name: 'use_cayley_neumann', label: 'Series', kind: 'boolean', default: false, help: 'The rotation is made by a short series, which is quicker and not quite orthogonal.' },
    { name: 'num_cayley_neumann_terms', label: 'Terms', kind: 'integer', default: 5, min: 1, max: 32, help: 'Length of that series; 3 and 4 are the same.' },
    { name: 'cayley_neumann_eps', label: 'Bound', kind: 'number', default: null, min: 1e-6, max: 0.999999, help: 'Largest norm of Q in that series, between 0 and 1; what is larger is scaled down to it.', empty: { value: null, means: 'none' } },
    { name: 'save_vectors', label: 'Vectors in the file', kind: 'boolean', default: true, help: 'The file holds the singular vectors; otherwise it is PEFT’s, where whoever opens it makes them again, perhaps with other signs.' },
    ...targetFields,
  ],
};
