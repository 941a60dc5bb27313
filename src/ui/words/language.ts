/** The language of the page: `en`, or `pseudo`, which marks what is said by key and so shows what is not. */
export function language(): string {
  try {
    return localStorage.getItem('fullrank.language') ?? 'en';
  } catch {
    return 'en'; // the browser refuses storage, or there is none
  }
}
