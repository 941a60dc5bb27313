/**
 * The second click of a double click counts for what the first one was for alone: where a press puts another button in the place of
 * the one that was pressed ("Stop" for "Fine-tune now"), it is not pressed as well.
 */
export function keepDoubleClicksTogether(): void {
  let first: Element | null = null;
  addEventListener(
    'click',
    (event) => {
      const pressed = (event.target as Element | null)?.closest('button, a') ?? null;
      if (event.detail > 1 && first && pressed && pressed !== first) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      first = pressed;
    },
    { capture: true },
  );
}
