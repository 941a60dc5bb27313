import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'road',
  title: 'RoAd',
  help: 'Turns the outputs of each layer two by two and stretches them, by angles and lengths that are trained.',
  paper: arxiv('RoAd', '2409.00119'),
  kind: 'rotations',
  formula: 'y = R (W x + b),  R of 2 × 2 blocks α [cos θ, −sin θ; sin θ, cos θ]',
  when: 'When a few numbers a layer must do and more is wanted than factors: as small as IA3 at its smallest. It has three sizes, and needs a large rate.',
  budget: null,
  lr: 2e-2,
  biases: true,
  look,
  fields: [
    { name: 'variant', label: 'Variant', kind: 'choice', default: 'road_1', choices: ['road_1', 'road_2', 'road_4'], help: 'One angle and length for both outputs of a pair, one for each of them, or two for each: once, twice or four times the parameters.' },
    { name: 'group_size', label: 'Size of a group', kind: 'integer', default: 2, min: 2, max: 65536, help: 'Pairs lie half of so many outputs apart. It changes nothing of what can be learned, must be even and divide the outputs of each layer; PEFT takes 64, with which vLLM is quicker.' },
    ...targetFields,
  ],
};
