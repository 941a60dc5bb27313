import { counted, formatCount, formatNumber } from '../../../language/format';

/** Words of a method's card. */
export const cardWords = {
  open: 'Its matrices and parameters',
  title: (method: string) => `${method}: matrices and parameters`,
  loading: 'Counting.',
  impossible: 'With these settings the method cannot be on this model, so there is nothing to count.',
  picture: (names: string[]) => `From left to right: ${names.join(', ')}`,
  weight: (rows: number, columns: number) => `the weight, ${formatCount(rows)} × ${formatCount(columns)}, as it is`,
  scale: { exact: 'Drawn to scale.', thick: 'Not all to scale.' },
  cut: 'Not to scale are lines, which are drawn thicker than they are, what is longer than the picture, which is cut, and stacks, of which four are drawn.',
  grey: 'Coloured parts are trained, grey parts are fixed. From left to right:',
  tensor: (name: string, shape: readonly number[], count: number, common = false) => `${name}, ${shape.length > 0 ? shape.map(formatCount).join(' × ') : '1'}${count > 1 ? `, ${formatNumber(count)} of them` : ''}${common ? ', common to all' : ''}`,
  parameters: 'Parameters',
  size: (matrices: number, rows: number, columns: number) => `${counted(matrices, 'matrix', 'matrices')} of ${formatCount(rows)} × ${formatCount(columns)}`,
  each: (parameters: number) => `${formatCount(parameters)} each`,
  common: 'Common to all matrices',
  own: 'Weights of the model itself',
  total: (parameters: number) => `${formatCount(parameters)} in all, which is what the plan says; a new head comes on top.`,
  none: 'Nothing learns but the head.',
  sizes: 'd_in and d_out are the inputs and outputs of a matrix.',
};
