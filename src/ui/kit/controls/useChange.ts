import { useState } from 'react';

/** Does something while a field is drawn with another value than before: what replaces the typed text. The element stays, and with it the focus of whoever pressed Enter. */
export function useChange(value: string | number, follow: () => void): void {
  const [last, setLast] = useState(value);
  if (last === value) return;
  setLast(value);
  follow();
}
