import type { Theme } from '../../core/settings/settings';

export const headerWords = {
  views: 'Views',
  allViews: 'All views',
  menu: 'Menu',
  present: 'Present',
  theme: 'Theme:',
  themes: { auto: 'auto', light: 'light', dark: 'dark', contrast: 'contrast' } satisfies Record<Theme, string>,
  keys: 'Keys',
  keysLabel: 'Keyboard shortcuts, question mark',
  unnamed: 'WebGPU device',
  none: 'No device',
  report: { vendor: 'vendor', architecture: 'architecture', description: 'description', software: 'software renderer', features: 'features' },
  /** Meaning of the sign in the header, with the adapter's name if it has one. */
  means: {
    processor: 'Training runs on the processor here: results are right but slower than on a graphics card.',
    software: (name: string) => `This page computes with a software renderer${name ? ` (${name})` : ''}: results are right but slower than on a graphics card.`,
  },
  isSoftware: { yes: 'yes, slow', no: 'no' },
  noFeatures: 'none',
};
