import { useEffect, useState } from 'react';

/** Changes when the page's colours do. The theme stands on the root element, whoever sets it. */
export function useTheme(): string {
  const [theme, setTheme] = useState('');
  useEffect(() => {
    const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
    const read = () => setTheme([document.documentElement.dataset.theme, ...queries.map(({ matches }) => matches)].join(' '));
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    queries.forEach((query) => query.addEventListener('change', read));
    return () => {
      observer.disconnect();
      queries.forEach((query) => query.removeEventListener('change', read));
    };
  }, []);
  return theme;
}
