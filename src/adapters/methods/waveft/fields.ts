import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

/** Names of the filters in `wavelets.ts`, which the page has no use for. */
const family = (name: string, from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${name}${from + i}`);

export const fields: MethodFields = {
  method: 'waveft',
  title: 'WaveFT',
  help: 'A few wavelet coefficients of an update, at random places; the update is their inverse wavelet transform.',
  paper: arxiv('WaveFT', '2505.12532'),
  kind: 'spectra',
  formula: 'ΔW = s DWT⁻¹(S),  S sparse',
  when: 'When parameters must be fewer than LoRA’s, in any number; each of them changes some neighbouring weights.',
  budget: 'n_frequency',
  lr: 5e-4,
  look,
  fields: [
    { name: 'n_frequency', label: 'Coefficients', kind: 'integer', default: 256, min: 1, max: 16_777_216, help: 'Wavelet coefficients that are trained, in each layer.', short: 'n' },
    { name: 'scaling', label: 'Scaling', kind: 'number', default: 25, min: 0, max: 1e6, help: 'Factor of the update.' },
    { name: 'wavelet_family', label: 'Wavelet', kind: 'choice', default: 'db1', choices: [...family('db', 1, 10), ...family('sym', 2, 10), ...family('coif', 1, 3)], help: 'The wavelet: of Daubechies (db; db1 is Haar\'s), least asymmetric (sym) or a coiflet (coif); the higher its number, the longer and smoother.' },
    { name: 'use_idwt', label: 'Transform', kind: 'boolean', default: true, help: 'Transform the coefficients; otherwise they are the changed weights themselves.' },
    { name: 'proportional_parameters', label: 'By size', kind: 'boolean', default: false, help: 'Give larger layers more coefficients, as many in all.' },
    { name: 'random_loc_seed', label: 'Seed of the places', kind: 'integer', default: 777, min: 0, max: 2 ** 31, help: 'Which coefficients are trained; as in PEFT, layers of one size have the same.' },
    { name: 'init_weights', label: 'Start at zero', kind: 'boolean', default: true, help: 'Start with coefficients of zero, so at the model as it is; otherwise with small random ones.' },
    ...targetFields,
  ],
  patterns: { n_frequency_pattern: 'n_frequency' },
};
