const plural = (count: number, one: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : `${one}s`}`;

/** All pictures of a class, and those of a cell of the confusion matrix. */
export const picturesWords = {
  see: (name: string): string => `See the pictures of ${name}`,
  title: (name: string): string => `Pictures of ${name}`,
  counts: (parts: { train: number; val: number; test: number }): string =>
    `${plural(parts.train + parts.val + parts.test, 'picture')}: ${[`${parts.train.toLocaleString('en')} to train`, parts.val > 0 && `${parts.val.toLocaleString('en')} for validation`, `${parts.test.toLocaleString('en')} to test`].filter(Boolean).join(', ')}.`,
  hint: 'Arrow keys move, Space leaves a picture out or uses it again, Enter goes to its class.',
  opening: 'Opening the pictures.',
  empty: 'No picture is of this class now.',
  use: (name: string): string => `Use ${name}`,
  label: (name: string): string => `Class of ${name}`,
  unreadable: 'cannot be read',
  parts: { train: 'train', val: 'validation', test: 'test' },
};
