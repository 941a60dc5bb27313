/**
 * Runs a function while an element has the page's light colours: pictures go into papers and onto slides. High contrast
 * stays where the person asked for it, and so do the sizes of presentation mode.
 */
export function inLight<T>(element: HTMLElement, make: () => T): T {
  const { dataset, style } = element;
  const before = { theme: dataset.theme, mode: dataset.mode, color: style.color, paper: style.getPropertyValue('--paper') };
  const page = document.documentElement.dataset;
  dataset.theme = page.theme?.startsWith('contrast') || matchMedia('(prefers-contrast: more)').matches ? 'contrast-light' : 'light';
  if (page.mode) dataset.mode = page.mode;
  // What has no colour of its own takes the body's, which is the page's theme.
  style.color = 'var(--ink)';
  // Papers and slides are white.
  style.setProperty('--paper', '#fff');
  try {
    return make();
  } finally {
    style.color = before.color;
    style.setProperty('--paper', before.paper);
    for (const name of ['theme', 'mode'] as const) {
      if (before[name] === undefined) delete dataset[name];
      else dataset[name] = before[name];
    }
  }
}
