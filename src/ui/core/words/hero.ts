export const heroWords = {
  title: 'Fine-tune a small transformer in your browser, and see what each method gains you.',
  lead: 'Compare LoRA, RandLoRA, VeRA and many more side by side, on your own pictures or texts and on your own device.',
  local: 'Nothing is uploaded.',
  inClass: 'Nothing is uploaded but settings, curves and adapters of the class’s experiments.',
  /** Of bundled data and several methods. */
  demonstration: 'A demonstration with one run of each. Two more of each, offered beside its results, tell what a method gains from chance.',
  training: 'Show the training',
  ways: { own: 'Use your own pictures', texts: 'Train on texts', compare: 'See the recorded results', lessons: 'Take a lesson' },
};
