import type { RoomState } from '../../records/class.meta';

/** Addresses of a class for others: of its page, the short one for the blackboard, and the one that leads straight to it. */
export function addressesOf({ code, address }: Pick<RoomState, 'code' | 'address'>): { base: string; short: string; link: string } {
  const base = readAddress(address);
  return { base, short: new URL(code, base).href, link: new URL(`#/compare?class=${code}`, base).href };
}

/** Parses the address that the server gives; this page's own if it is none. */
function readAddress(address: string): string {
  const here = new URL('.', document.baseURI).href;
  try {
    const { protocol, href } = new URL(address);
    return protocol === 'http:' || protocol === 'https:' ? href : here;
  } catch {
    return here;
  }
}
