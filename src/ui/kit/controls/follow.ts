import type { MouseEvent } from 'react';

/** For a link to a place of the page: a plain click goes there in place; any other opens it in a tab or window of its own. */
export const follow = (go: () => void) => (event: MouseEvent): void => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go();
};
