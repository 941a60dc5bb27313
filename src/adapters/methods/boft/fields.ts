import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'boft',
  title: 'BOFT',
  help: 'Turns the inputs of each layer by one or more rounds of small blocks, mixed in between, and scales its outputs.',
  paper: arxiv('BOFT', '2311.06243'),
  kind: 'rotations',
  formula: 'W′ = diag(s) W Oᵀ,  O = F_m … F₁,  F_i = P_i blockdiag(C) P_iᵀ',
  when: 'When rotations should reach across the whole input with few parameters: small blocks, several factors. More factors take more time.',
  budget: 'boft_n_butterfly_factor',
  lr: 3e-3,
  look,
  fields: [
    { name: 'boft_block_size', label: 'Block size', kind: 'integer', default: 2, min: 0, max: 4096, help: 'Inputs that are turned together; it must divide the inputs of each layer, as 2 mostly does (PEFT takes 4). Parameters grow with it. 0 where their number is given.' },
    { name: 'boft_block_num', label: 'Number of blocks', kind: 'integer', default: 0, min: 0, max: 65536, help: 'Blocks of each layer, instead of their size.', empty: { value: 0, means: 'by the block size' } },
    { name: 'boft_n_butterfly_factor', label: 'Factors', kind: 'integer', default: 1, min: 1, max: 16, help: 'Rounds, each of which mixes inputs twice as far apart; the number of blocks must be divisible by 2 so many times, less one. Parameters grow with it.', short: 'm' },
    ...targetFields,
  ],
};
