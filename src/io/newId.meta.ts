/**
 * A new random id (a UUID of version 4). `crypto.randomUUID` is there only in secure contexts, and the page is also opened
 * over plain http in a local network.
 */
import { defined } from '../numbers/defined';

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (defined(bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (defined(bytes[8]) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
