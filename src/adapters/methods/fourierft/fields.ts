import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'fourierft',
  title: 'FourierFT',
  help: 'A few entries of the spectrum of an update, at random frequencies; the update is its inverse Fourier transform.',
  paper: arxiv('FourierFT', '2405.03003'),
  kind: 'spectra',
  formula: 'ΔW = s Re(F⁻¹(S)),  S sparse',
  when: 'When parameters must be fewer than LoRA’s and the update may reach everywhere; it needs a large rate, and a large scaling on wide layers.',
  budget: 'n_frequency',
  lr: 5e-2,
  look,
  fields: [
    { name: 'n_frequency', label: 'Frequencies', kind: 'integer', default: 256, min: 1, max: 16_777_216, help: 'Entries of the spectrum that are trained, in each layer.', short: 'n' },
    { name: 'scaling', label: 'Scaling', kind: 'number', default: 150, min: 0, max: 1e6, help: 'Factor of the update, whose entries are small since the transform divides by the size of the weight.' },
    { name: 'random_loc_seed', label: 'Seed of the frequencies', kind: 'integer', default: 777, min: 0, max: 2 ** 31, help: 'Which frequencies are trained; as in PEFT, layers of one size have the same.' },
    { name: 'init_weights', label: 'Start at zero', kind: 'boolean', default: true, help: 'Start with a spectrum of zeros, so at the model as it is; otherwise at random, as PEFT does unless it is told.' },
    ...targetFields,
  ],
  patterns: { n_frequency_pattern: 'n_frequency' },
};
