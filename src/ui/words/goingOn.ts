/** Words of going on with texts. */
export const goingOnWords = {
  title: 'Text',
  prompt: 'The beginning of a text',
  ask: 'Go on',
  stop: 'Stop',
  such: 'Take an example',
  going: 'Going on.',
  training: 'Training is using the device. Texts can be gone on with once it has ended.',
  how: 'How it goes on',
  length: 'Length',
  tokens: 'tokens',
  lengthHelp: 'At most so many tokens follow.',
  temperature: 'Temperature',
  temperatureHelp: 'How freely tokens are drawn; 0 takes the likeliest.',
  seed: 'Seed',
  seedHelp: 'Draws the same tokens again.',
  hint: 'Ctrl and Enter go on as well. What you type stays on this computer.',
} as const;
