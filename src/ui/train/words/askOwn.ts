/** What is asked of whoever wants to bring pictures. */
export const askOwnWords = {
  title: 'Your own pictures',
  folder: 'Put the pictures of each thing that is to be told apart into a folder of its own, and these into one folder, or a zip:',
  shape: 'my pictures/\n  apple/  1.jpg  2.jpg …\n  pear/   1.jpg  2.jpg …\n  plum/   1.jpg  2.jpg …',
  stays: 'They stay on this computer.',
  back: (title: string) => `Go on with ${title}`,
};
