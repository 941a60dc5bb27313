/** How a class is started. */
export const startWords = {
  serve: 'One computer of the room serves the page. In a folder with Fullrank’s source, and with Node 20.19 or newer:',
  command: 'npm start -- --class',
  copy: 'Copy',
  board: 'It prints two addresses. Open the one for the teacher there, and press “Show on the projector”.',
  others: 'Everybody else opens the short one, or its QR code, and joins. There is nothing to install.',
  guide: 'More in the guide: experiments of your own, going on later, what leaves a computer',
  code: 'You have a code of a class that this page’s server runs?',
  enter: 'To the class',
};
