import { isLocal } from '../core/storage/linkedProject';

/** What an address is to a telephone: nothing yet, no address of a page, one of this computer alone, one at which the camera stays off, or good. */
export type Phone = { is: 'none' | 'wrong' | 'local' } | { is: 'plain' | 'good'; link: string };

/** Reads what a person says is the address of their page; without a scheme it is taken for https. */
export function phoneOf(said: string): Phone {
  const text = said.trim();
  if (text === '') return { is: 'none' };
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol) || (!url.hostname.includes('.') && !isLocal(url.hostname) && !url.hostname.startsWith('['))) return { is: 'wrong' };
  if (isLocal(url.hostname)) return { is: 'local' };
  return { is: url.protocol === 'https:' ? 'good' : 'plain', link: url.href };
}
