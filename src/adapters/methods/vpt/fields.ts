import { arxiv, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'vpt',
  title: 'VPT',
  help: 'Trains a few tokens that stand in the sequence beside the patches, in front of the first block alone or of every block; no weight changes.',
  paper: arxiv('VPT', '2203.12119'),
  peft: false,
  unmerged: 'it puts tokens into sequences and changes no weight',
  moved: true,
  kind: 'prompts',
  formula: 'x = [x_cls, P, patches]',
  when: 'When no weight may change; it takes room in the sequence, and often more steps.',
  budget: 'n_ctx',
  lr: 1e-2,
  look,
  fields: [
    { name: 'n_ctx', label: 'Prompts', kind: 'integer', default: 10, min: 1, max: 1024, help: 'Tokens that are put beside the patches; attention takes longer with each.', unit: 'tokens', short: 'n' },
    { name: 'prompt_depth', label: 'Depth', kind: 'integer', default: null, min: 1, max: 1024, help: 'Blocks that get prompts of their own, from the first on; 1 is the shallow form.', unit: 'blocks', empty: { value: null, means: 'all blocks' } },
  ],
};
