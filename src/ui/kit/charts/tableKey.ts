import type { KeyboardEvent } from 'react';

/** T goes to a chart's table and back: what takes the focus there is the one stop of either. */
export const numbersOrDrawing = (figure: HTMLElement): HTMLElement | null => figure.querySelector('[role=region][tabindex="0"], [role=group][tabindex="0"]');

/** True for the key that goes back from the table to the drawing. */
export const backByKey = (event: KeyboardEvent): boolean => event.key.toLowerCase() === 't' && !event.ctrlKey && !event.metaKey && !event.altKey;
