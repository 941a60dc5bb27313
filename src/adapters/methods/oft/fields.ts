import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'oft',
  title: 'OFT',
  help: 'Turns the inputs of each layer block by block: the angles between what its outputs look for stay as they are.',
  paper: arxiv('OFT', '2306.07280'),
  kind: 'rotations',
  formula: 'W′ = W Rᵀ,  R of blocks (I + Q)(I − Q)⁻¹,  Q = −Qᵀ',
  when: 'When the model should forget little of what it knows. Small blocks are cheap; large ones take more time than LoRA of as many parameters.',
  budget: 'oft_block_size',
  lr: 3e-3,
  look,
  fields: [
    { name: 'oft_block_size', label: 'Block size', kind: 'integer', default: 32, min: 0, max: 4096, help: 'Inputs that are turned together; parameters grow with it. Where it does not divide the inputs of a layer the nearest size does that divides them. 0 where r is given.', short: 'b' },
    { name: 'r', label: 'Number of blocks', kind: 'integer', default: 0, min: 0, max: 65536, help: 'Blocks of each layer, instead of their size; the nearest number that divides its inputs.', empty: { value: 0, means: 'by the block size' } },
    { name: 'block_share', label: 'One block for all', kind: 'boolean', default: false, help: 'All blocks of a layer turn alike.' },
    { name: 'use_cayley_neumann', label: 'Series', kind: 'boolean', default: true, help: 'The rotation is made by a short series, which is quicker and not quite orthogonal; otherwise exactly, the other way round.' },
    { name: 'num_cayley_neumann_terms', label: 'Terms', kind: 'integer', default: 5, min: 1, max: 32, help: 'Length of that series; 3 and 4 are the same.' },
    { name: 'coft', label: 'Bounded', kind: 'boolean', default: false, help: 'Rotations stay small: what turns further is brought back after each step (COFT).' },
    { name: 'eps', label: 'Bound', kind: 'number', default: 6e-5, min: 1e-12, max: 1e6, help: 'Largest norm of a layer\'s rotations where they are bounded.' },
    ...targetFields,
  ],
};
