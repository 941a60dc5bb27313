import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'tinylora',
  title: 'TinyLoRA',
  help: 'A short vector mixes fixed random matrices between the weight\'s largest singular vectors; layers may share one, down to a handful of numbers for the whole model.',
  paper: arxiv('TinyLoRA', '2602.04118'),
  equivalent: 'lora',
  kind: 'the weight’s own parts',
  formula: 'ΔW = B (Σᵢ vᵢ Pᵢ) A,  B A ≈ W',
  when: 'When a few numbers for the whole model are to be enough; it needs a decomposition of each weight first, and stays behind where much must change.',
  budget: 'u',
  lr: 3e-3,
  look,
  fields: [
    { name: 'u', label: 'Length of a vector', kind: 'integer', default: 64, min: 1, max: 65_536, help: 'Numbers that a layer, or a group of layers, trains. Where no layers share one, those beyond r² say nothing new.' },
    { name: 'r', label: 'Rank r', kind: 'integer', default: 2, min: 1, max: 4096, help: 'Rank of the update: singular vectors of the weight that it is made between. Parameters do not grow with it.' },
    { name: 'weight_tying', label: 'Sharing', kind: 'number', default: 0, min: 0, max: 1, help: 'Share of vectors that are saved by sharing: 0 for one in each layer, 1 for one for the whole model.' },
    { name: 'projection_seed', label: 'Seed of the matrices', kind: 'integer', default: 42, min: 0, max: 2 ** 31, help: 'Seed of the fixed random matrices of the first layer; each layer takes the next one, as in PEFT.' },
    { name: 'save_projection', label: 'Save the matrices', kind: 'boolean', default: true, help: 'The file holds the random matrices; without them it is smaller, and they are drawn again.' },
    dropoutField('tinylora_dropout'),
    { name: 'init_weights', label: 'Start at zero', kind: 'boolean', default: true, help: 'Start with vectors of zeros, so at the model as it is; otherwise at random.' },
    { name: 'init_v_bound', label: 'Random start', kind: 'number', default: 0.02, min: 0, max: 10, help: 'At random, the numbers start anywhere between this and its negative.' },
    ...targetFields,
  ],
};
