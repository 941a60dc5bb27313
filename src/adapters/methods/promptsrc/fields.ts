import { ofTexts, wordsField } from '../../prompts/contexts.fields';
import { arxiv, type Field, type MethodFields } from '../../field';
import { look } from './look';

const vectors = (name: string, label: string, help: string): Field => ({ name, label, kind: 'integer', default: 4, min: 1, max: 64, help, unit: 'vectors' });
const depth = (name: string, label: string): Field => ({ name, label, kind: 'integer', default: 9, min: 1, max: 1024, help: 'Blocks that get vectors of their own, from the first on.', unit: 'blocks' });
const loss = (name: string, label: string, value: number, help: string): Field => ({ name, label, kind: 'number', default: value, min: 0, max: 1000, help });

export const fields: MethodFields = {
  method: 'promptsrc',
  title: 'PromptSRC',
  help: 'Trains vectors in the texts and beside the patches, and holds what CLIP makes of them near to what it made before, so that it forgets less.',
  paper: arxiv('PromptSRC', '2307.06948'),
  ...ofTexts,
  kind: 'prompts',
  formula: 'CoOp in both towers, held near the model’s own features',
  when: 'For CLIP, when what it knew of other classes must stay.',
  budget: 'n_ctx_text',
  lr: 5e-3,
  look,
  fields: [
    { ...vectors('n_ctx_text', 'Context', 'Vectors in each text.'), short: 'n' },
    vectors('n_ctx_vision', 'Prompts', 'Tokens beside the patches; attention takes longer with each.'),
    depth('prompt_depth_text', 'Depth in texts'),
    depth('prompt_depth_vision', 'Depth in pictures'),
    loss('text_loss_weight', 'Hold on texts', 25, 'How much the distance of text features from the frozen ones counts.'),
    loss('image_loss_weight', 'Hold on pictures', 10, 'How much the distance of image features from the frozen ones counts.'),
    { name: 'gpa_mean', label: 'Averaged around epoch', kind: 'number', default: 0, min: 0, max: 10_000, help: 'Saves the average of the vectors over the epochs, weighted by a normal distribution around this one; its authors take 15 of 20.', empty: { value: 0, means: 'no average' } },
    { name: 'gpa_std', label: 'Width of the average', kind: 'number', default: 1, min: 0.01, max: 10_000, help: 'Standard deviation of that distribution.', unit: 'epochs' },
    wordsField('a photo of a'),
  ],
};
