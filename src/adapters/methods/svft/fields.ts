import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'svft',
  title: 'SVFT',
  help: 'Keeps the singular vectors of the weight and trains how they mix: a sparse matrix between them.',
  paper: arxiv('SVFT', '2405.19597'),
  peft: false,
  kind: 'the weight’s own parts',
  formula: 'ΔW = U M Vᵀ,  M sparse',
  when: 'When the weight’s directions should stay and only their strengths change; holds all singular vectors in memory.',
  budget: 'off_diag',
  lr: 1e-2,
  look,
  fields: [
    { name: 'off_diag', label: 'Off-diagonals', kind: 'integer', default: 2, min: 0, max: 4096, help: 'Diagonals beside the main one that are trained, on either side; the other patterns have as many entries.', short: 'd' },
    { name: 'pattern', label: 'Pattern', kind: 'choice', default: 'banded', choices: ['banded', 'random', 'topk', 'plain'], help: 'Where entries are trained: a band, anywhere, where vectors agree most, or on the diagonal alone (off_diag 0).' },
    { name: 'init', label: 'Start', kind: 'choice', default: 'zero', choices: ['zero', 'normal'], help: 'Entries start at zero, so at the model as it is, or at random as in the authors\' code.' },
    ...targetFields,
  ],
};
