import { formatNumber } from '../../../language/format';
import type { FieldGroup } from '../../../train/config';

export const advancedWords = { title: 'Advanced', work: 'Budget', groups: { length: 'Length', optimisation: 'Optimisation', data: 'Data', memory: 'Memory', logging: 'Logging' } satisfies Record<FieldGroup, string>, changed: (count: number) => `${formatNumber(count)} changed` };

export const formWords = {
  changed: (standard: string) => `Changed from ${standard}.`,
  explain: 'What is that?',
  reset: 'Reset',
  resetOf: (label: string) => `Reset ${label}`,
  refused: (text: string, why: string) => `“${text}” was not taken. ${why}`,
  wrong: { number: 'This is not a number.', whole: 'Only whole numbers.', least: (min: string) => `At least ${min}.`, most: (max: string) => `At most ${max}.`, range: (min: string, max: string) => `Between ${min} and ${max}.` },
};
