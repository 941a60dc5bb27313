import { arxiv, dropoutField, keyField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'pvera',
  title: 'PVeRA',
  help: 'VeRA with noise that it learns the strength of: between its two fixed matrices stand means and variances, of which training draws and the trained model takes the mean.',
  paper: arxiv('PVeRA', '2512.07703'),
  kind: 'shared and random bases',
  formula: 'Δy = b ⊙ B z, z ~ N(μ, σ²), (μ, log σ²) = d ⊙ A x',
  when: 'For VeRA’s small files where examples are few, since the noise makes them hard to learn by heart. With that noise it learns slowly, and wants hundreds of steps. Training computes it beside the weight; afterwards it merges as VeRA does.',
  budget: 'r',
  lr: 6.5e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 256, min: 1, max: 8192, help: 'Rank of the shared random matrices; adds 2 r parameters a layer, for means and variances.' },
    { name: 'd_initial', label: 'd_initial', kind: 'number', default: 0.1, min: -10, max: 10, help: 'Start value of pvera_lambda_d.' },
    { name: 'generator_seed', label: 'Seed of the noise', kind: 'integer', default: null, min: 0, max: 2 ** 32 - 1, help: 'Seed of the noise that training draws. The numbers are not those that PEFT draws from it.', empty: { value: null, means: 'the run’s seed' } },
    dropoutField('pvera_dropout'),
    keyField,
    ...targetFields,
  ],
};
