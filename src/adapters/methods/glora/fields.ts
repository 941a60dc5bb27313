import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'glora',
  title: 'GLoRA',
  help: 'Scales each weight and adds to it, by products of thin matrices, vectors or numbers, and does the same to the bias.',
  paper: arxiv('GLoRA', '2306.07967'),
  kind: 'low rank',
  formula: 'W′ = W + W ⊙ A + B,  b′ = b + b ⊙ D + E + W c',
  when: 'When scaling a weight and adding to it shall both be open, and the bias with them. At one rank it has two and a half times LoRA’s parameters, and a step takes longer.',
  budget: 'r',
  lr: 3e-3,
  biases: true,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Rank of what is a product of thin matrices; parameters grow with it.' },
    { name: 'config_A_B', label: 'A and B', kind: 'choice', default: 'lora', choices: ['lora', 'vector', 'constant', 'none'], help: 'What scales the weight and what is added to it: products of thin matrices, a number for each output, one number, or nothing.' },
    { name: 'config_C', label: 'C', kind: 'choice', default: 'lora', choices: ['lora', 'vector', 'none'], help: 'What the weight is multiplied by and adds to the bias: a product of rank r, a vector, or nothing.' },
    { name: 'config_D_E', label: 'D and E', kind: 'choice', default: 'constant', choices: ['vector', 'constant', 'none'], help: 'What scales the bias and what is added to it: a number for each output, one number, or nothing.' },
    ...targetFields,
  ],
};
