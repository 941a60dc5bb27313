import type { ExportEvent } from '../train/protocol';

/** Passes progress on ten times a second, and the end: a message for each of ten thousand images would keep the page busy. */
export function seldom(say: (done: number, total: number) => void): (done: number, total?: number) => void {
  let lastSent = 0;
  return (done, total = Infinity) => {
    if (done < total && performance.now() - lastSent < 100) return;
    lastSent = performance.now();
    say(done, total);
  };
}

/** Passes an export's events on, those that count ten times a second. */
export function seldomSent(onEvent: (event: ExportEvent) => void): (event: ExportEvent) => void {
  let { stage }: Pick<ExportEvent, 'stage'> = { stage: 'send' };
  const counted = seldom((bytes, total) => onEvent({ stage, bytes, total }));
  return (event) => {
    if (event.total === undefined) return onEvent(event);
    ({ stage } = event);
    counted(event.bytes, event.total);
  };
}
