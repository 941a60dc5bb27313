import { Activity, createElement, memo, startTransition, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';

/** A list of a view that is hidden while it is being drawn; bundled with React by react.spec.ts. */

let setShown: (shown: boolean) => void;
let setItems: (items: string[]) => void;
let drawAgain: () => void;
/** Happens once a drawing has begun, before it comes to the list. */
let meanwhile: (() => void) | null = null;

/** Stands before the list, and takes longer to draw than React goes on without a pause. */
function Slow({ times }: { times: number }): null {
  if (times > 0 && meanwhile) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = meanwhile;
    meanwhile = null;
    port2.postMessage(null);
    for (const begun = performance.now(); performance.now() < begun + 50; );
  }
  return null;
}

const List = memo(function List() {
  const [items, put] = useState(['a', 'b', 'c', 'd', 'e']);
  const [times, setTimes] = useState(0);
  [setItems, drawAgain] = [put, () => setTimes(times + 1)];
  // Something to disconnect when the view is hidden.
  useEffect(() => () => {}, []);
  return createElement('p', {}, createElement(Slow, { times }), items.map((item) => createElement('span', { key: item }, item)));
});

function View() {
  const [shown, set] = useState(true);
  setShown = set;
  return createElement(Activity, { mode: shown ? 'visible' : 'hidden', children: createElement(List) });
}

const pause = () => new Promise((done) => setTimeout(done, 100));

/** Words of the list after one was deleted, a drawing given up as its view was hidden, and another put in place of its last. */
async function read(): Promise<string> {
  createRoot(document.body.appendChild(document.createElement('main'))).render(createElement(View));
  await pause();
  flushSync(() => setItems(['a', 'b', 'c', 'd']));
  await pause();
  meanwhile = () => flushSync(() => setShown(false));
  startTransition(() => drawAgain());
  await pause();
  flushSync(() => setShown(true));
  await pause();
  flushSync(() => setItems(['a', 'b', 'c', 'x']));
  await pause();
  return document.querySelector('main')!.innerText;
}

Object.assign(window, { read });
