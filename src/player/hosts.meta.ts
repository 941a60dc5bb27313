/** Where an exported page can be put, for people who never put one anywhere: its README and the sheet that exports it say the same. */
export interface Host {
  name: string;
  /** Where one begins there; empty for a server of one's own. */
  url: string;
  how: string;
}

/** The easiest first. */
export const hosts: readonly Host[] = [
  { name: 'Netlify Drop', url: 'https://app.netlify.com/drop', how: 'Drag the folder onto the page, and it has an address. Without an account it is taken down again soon; a free one keeps it.' },
  { name: 'Hugging Face Space', url: 'https://huggingface.co/new-space?sdk=static', how: 'Create a Space of type Static, then choose Files, Contribute, Upload files, and drag in what is in the folder, README.md with it.' },
  { name: 'GitHub Pages', url: 'https://github.com/new', how: 'Create a public repository, upload what is in the folder (up to 25 MB a file), then choose Settings, Pages, Deploy from a branch.' },
  { name: 'Any web server', url: '', how: 'Copy the folder there. It needs no database and nothing that runs on the server.' },
];

/** What holds wherever it is put. */
export const camera = 'The camera works only at an address that begins with https, as all of these give, or on this computer itself.';

/** Commands that show the folder on one's own computer, where a double click on index.html does not, each with what it needs and the address that it has then. */
export const trials: readonly { command: string; needs: string; address: string }[] = [
  { command: 'npx serve', needs: 'Node.js', address: 'http://localhost:3000' },
  { command: 'python3 -m http.server', needs: 'Python', address: 'http://localhost:8000' },
];
