import { byMedium } from '../../../language/medium';
import { formatNumber } from '../../../language/format';

export const modelWords = {
  title: 'Model & methods',
  choose: 'Model',
  own: 'Use another model',
  get ownHint() { return byMedium({ pictures: 'A folder with config.json, preprocessor_config.json and model.safetensors, as Hugging Face has them: ViT, DeiT, DINOv2 or CLIP.', texts: 'A folder with config.json, tokenizer.json and model.safetensors, as Hugging Face has them.' }); },
  about: (title: string, builtin: boolean, parameters: string, size: number, texts: boolean) => byMedium({ pictures: `${title}${builtin ? ', bundled' : ''}. ${parameters} weights${texts ? ' in its vision tower' : ''}, pictures of ${formatNumber(size)} × ${formatNumber(size)}.`, texts: `${title}${builtin ? ', bundled' : ''}. ${parameters} weights, texts of up to ${formatNumber(size)} tokens.` }),
  targets: 'Adapted layers',
  get targetsUsual() { return byMedium({ pictures: 'Query, key, value and MLP', texts: 'The model’s default layers' }); },
  targetsAll: 'All linear layers',
  targetsOwn: 'My own list …',
  targetsList: 'Names of layers',
  targetsHint: 'Endings of layer names, separated by commas; a regular expression; or all-linear.',
};
