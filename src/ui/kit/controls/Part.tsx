import { Component, lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react';
import { whenIdle } from '../idle';
import { Button, ButtonRow } from './Button';
import { Note } from './Sign';
import { partWords } from '../words/controls';

/** The code of a part did not arrive: no connection, or a newer version of the page has taken its place. */
class NotLoaded extends Error {}

interface BoundaryProps {
  children: ReactNode;
  /** Before the part is drawn anew. */
  onReload?: () => void;
}

/** Confines the failure of a part of the page: it is said in the part's place, and the rest goes on. */
export class Boundary extends Component<BoundaryProps, { error: Error | null; again: boolean }> {
  override state = { error: null as Error | null, again: false };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  private readonly reload = (): void => {
    this.props.onReload?.();
    this.setState({ error: null, again: true });
  };

  override render(): ReactNode {
    const { error, again } = this.state;
    if (!error) return this.props.children;
    const missing = error instanceof NotLoaded;
    return (
      <div role="alert">
        <Note sign="err">{missing ? partWords.missing : partWords.broken(error.message)}</Note>
        <ButtonRow>
          <Button small onClick={this.reload}>
            {partWords.reload}
          </Button>
          {/* What failed twice may be of an older version of the page. */}
          {again && (
            <Button small kind="quiet" onClick={() => location.reload()}>
              {partWords.reloadPage}
            </Button>
          )}
        </ButtonRow>
      </div>
    );
  }
}

/** A style sheet that did not arrive is not asked for again by the import of its script. */
function retryStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) if (!link.sheet) link.replaceWith(link.cloneNode());
}

/** Loaders of parts whose code has not been fetched ahead yet. */
const notAhead: (() => Promise<unknown>)[] = [];

/** Has something fetched ahead that is no part, as what a part will draw. */
export const fetchAlsoAhead = (load: () => Promise<unknown>): void => void notAhead.push(load);

/** Fetches the code of all parts while the page is idle, one after another: what is opened later opens without the network. */
export function fetchPartsAhead(): void {
  // One that fails is asked for again when it is drawn.
  whenIdle(() => void notAhead.shift()?.().catch(() => {}).then(fetchPartsAhead));
}

/** A part of the page whose code is fetched when it is first drawn, or ahead; `waiting` stands there until then. */
export function part<P extends object>(load: () => Promise<ComponentType<P>>, waiting: ReactNode = null): ComponentType<P> & { ahead: () => Promise<unknown> } {
  // Once it is there it is drawn at once: a lazy component lets go a frame of what waits.
  let there: ComponentType<P> | null = null;
  const ahead = () => load().then((component) => (there = component));
  notAhead.push(ahead);
  const fetched = () =>
    lazy(() =>
      ahead().then(
        (component) => ({ default: component as ComponentType<object> }),
        (error: unknown) => Promise.reject(new NotLoaded(String(error))),
      ),
    );
  // React remembers a failed import for good: trying again takes a new component.
  let newest = fetched();
  function Part(props: P) {
    const [Body, setBody] = useState(() => there ?? newest);
    const reload = () => {
      retryStyles();
      there = null;
      newest = fetched();
      setBody(() => newest);
    };
    return (
      <Boundary onReload={reload}>
        <Suspense fallback={waiting}>
          <Body {...props} />
        </Suspense>
      </Boundary>
    );
  }
  return Object.assign(Part, { ahead });
}
