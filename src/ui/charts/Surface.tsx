import { useEffect, useId, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { landscapeCsv } from '../../analysis/export.meta';
import type { Landscape } from '../../train/analysis.meta';
import { Button } from '../controls/Button';
import type { Quantity } from '../store/settings';
import { t } from '../strings';
import { surfaceWords } from '../words/surface';
import { FigureTools } from './FigureTools';
import { identity } from './MethodKey';
import { groundOf, layoutOf, rangeOf, wholeStride } from './plane';
import type { SurfaceScene } from './surfaceScene';
import css from './landscape.module.css';

/** The same numbers as a surface, to be turned. three.js is fetched for it. */
export function Surface({ made, set, quantity, paths, names, summary }: { made: Landscape; set: number; quantity: Quantity; paths: boolean; names: string[]; summary: string }) {
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<SurfaceScene>(null);
  const tags = useRef<(HTMLSpanElement | null)[]>([]);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const theme = useTheme();
  const stride = wholeStride(made, made.sets[set]);
  const [right, back] = groundOf(layoutOf(made)).ends;

  useEffect(() => {
    let gone = false;
    const place = (places: { x: number; y: number }[]) =>
      places.forEach(({ x, y }, k) => {
        const tag = tags.current[k];
        // Below: the way there comes from higher ground.
        if (tag) tag.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, 12px)`;
      });
    import('./surfaceScene')
      .then((module) => {
        if (gone) return;
        scene.current = new module.SurfaceScene(canvas.current!, place);
        setState('ready');
      })
      .catch(() => !gone && setState('failed'));
    return () => {
      gone = true;
      scene.current?.destroy();
      scene.current = null;
      // A view that is left keeps its state: the surface is made anew when it is seen again.
      setState('loading');
    };
  }, []);

  useEffect(() => {
    if (state === 'ready' && stride !== null) scene.current?.show({ made, set, range: rangeOf(made.sets[set], quantity), stride, paths });
  }, [state, made, set, quantity, paths, stride, theme]);

  const onKeyDown = (event: KeyboardEvent) => {
    const turns: Record<string, [number, number]> = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
    const turn = turns[event.key];
    if (event.key === 'Home') scene.current?.reset();
    if (!turn) return;
    event.preventDefault();
    scene.current?.turn(...turn);
  };
  return (
    <figure ref={figure} className={css.figure} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id}>{t.landscape.surface}</h3>
        {state === 'ready' && (
          <div className={css.tools}>
            <Button kind="quiet" small onClick={() => scene.current?.reset()}>
              {t.landscape.reset}
            </Button>
            {stride !== null && <FigureTools title={t.landscape.surface} figure={figure} files={{ csv: () => landscapeCsv(made), png: () => scene.current!.picture(names) }} asTable={false} />}
          </div>
        )}
      </div>
      <p className={css.caption}>{state === 'failed' ? t.landscape.noSurface : state === 'loading' ? t.landscape.loadingSurface : [t.landscape.turn, made.plane && surfaceWords.scale(t.landscape.quantities[quantity].toLowerCase())].filter(Boolean).join(' ')}</p>
      <div className={css.surface} style={{ '--flat': Math.max(0, 1 - back / right).toFixed(3) } as CSSProperties} hidden={state === 'failed'} role="group" aria-roledescription={t.landscape.surfaceRole} aria-label={summary} tabIndex={state === 'ready' ? 0 : undefined} onKeyDown={onKeyDown}>
        <canvas ref={canvas} aria-hidden="true" />
        {state === 'ready' &&
          stride !== null &&
          names.map((name, k) => (
            <span key={k} ref={(element) => void (tags.current[k] = element)} className={`${css.tag} ${identity(made.runs[k].method)}`} aria-hidden="true">
              {name}
            </span>
          ))}
      </div>
    </figure>
  );
}

/** Changes when the page's colours do. The theme stands on the root element, whoever sets it. */
function useTheme(): string {
  const [theme, setTheme] = useState('');
  useEffect(() => {
    const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
    const read = () => setTheme([document.documentElement.dataset.theme, ...queries.map(({ matches }) => matches)].join(' '));
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    queries.forEach((query) => query.addEventListener('change', read));
    return () => {
      observer.disconnect();
      queries.forEach((query) => query.removeEventListener('change', read));
    };
  }, []);
  return theme;
}
