export const appWords = {
  name: 'Fullrank',
  skip: 'Skip to content',
  footer: { licence: 'Fullrank, MIT licence', docs: 'Documentation', local: 'Your data never leaves this computer.', inClass: 'Your data never leaves this computer. Settings, curves and adapters go to the class.' },
};
