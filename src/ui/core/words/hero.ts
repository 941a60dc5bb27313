export const heroWords = {
  title: 'Fine-tune a small transformer in your browser, and see what each method gains you.',
  lead: 'Compare LoRA, RandLoRA, VeRA and many more side by side, on your own pictures or texts and on your own device.',
  local: 'Nothing is uploaded.',
  inClass: 'Nothing is uploaded but settings, curves and adapters of the class’s experiments.',
  /** Of bundled data and several methods. */
  demonstration: 'A demonstration, one run each. Add 2 seeds beside its results to tell gains from chance.',
  training: 'Show the training',
  ways: { own: 'Use your own pictures', texts: 'Train on texts', compare: 'See the recorded results', lessons: 'Take a lesson' },
};
