import { create } from 'zustand';
import { useEffect, useId, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { landscapeCsv } from '../../../analysis/export.meta';
import { placeNames, type Box } from '../../../figures/labels';
import { defined } from '../../../numbers/defined';
import type { Landscape } from '../../../analysis/analysis.meta';
import { Button } from '../../kit/controls/Button';
import { surfaceWords } from '../../kit/words/surface';
import { FigureTools } from '../../kit/charts/FigureTools';
import { identity } from '../../kit/charts/MethodKey';
import { formatOf, groundOf, layoutOf, rangeOf, wholeStride, type Quantity } from '../../kit/charts/plane';
import type { Places, SurfaceScene } from '../../kit/charts/surfaceScene';
import { useTheme } from '../../kit/charts/useTheme';
import css from './landscape.module.css';
import { landscapeWords } from '../words/landscape';

/** True once the browser has had no WebGL for a surface. */
export const useFlat = create<{ flat: boolean }>()(() => ({ flat: false }));

/** The map's numbers as a surface, to be turned. three.js is fetched for it. */
export function Surface({ made, set, quantity, paths, names, summary }: { made: Landscape; set: number; quantity: Quantity; paths: boolean; names: string[]; summary: string }) {
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<SurfaceScene>(null);
  // The runs' names, then the two ends of the height.
  const tags = useRef<(HTMLSpanElement | null)[]>([]);
  const labels = useRef<{ x: number; y: number }[]>([]);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>(() => (useFlat.getState().flat ? 'failed' : 'loading'));
  const theme = useTheme();
  const measured = defined(made.sets[set]);
  const stride = wholeStride(made, measured);
  const [right, back] = groundOf(layoutOf(made)).ends;
  const range = rangeOf(measured, quantity);
  const format = formatOf(quantity);
  const heights = [surfaceWords.top(landscapeWords.quantities[quantity], quantity === 'loss' ? landscapeWords.cutAt(format(range.high)) : format(range.high)), format(range.low)];

  useEffect(() => {
    if (useFlat.getState().flat) return;
    let gone = false;
    const place = ({ runs, ends, size }: Places) => {
      const boxOf = (k: number) => ({ width: tags.current[k]?.offsetWidth ?? 0, height: tags.current[k]?.offsetHeight ?? 0 });
      const bounds: Box = { left: 0, top: 0, right: size.width, bottom: size.height };
      // Over the upper end and under the lower one, inside of the picture.
      const scale = ends.map(({ x, y }, k): Box => {
        const { width, height } = boxOf(runs.length + k);
        const left = Math.max(0, Math.min(size.width - width, x - width / 2));
        const top = Math.max(0, Math.min(size.height - height, y + (k === 0 ? -height - 4 : 4)));
        return { left, top, right: left + width, bottom: top + height };
      });
      const marks = [...runs.map(({ x, y, r }): Box => ({ left: x - r, top: y - r, right: x + r, bottom: y + r })), ...scale];
      const names = placeNames(runs.map(({ x, y, r }, k) => ({ x, y, ...boxOf(k), gap: r + 4 })), bounds, marks);
      [...names.map((one) => one?.box), ...scale].forEach((box, k) => {
        const tag = tags.current[k];
        labels.current[k] = box ? { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 } : { x: NaN, y: NaN };
        if (!tag) return;
        tag.style.visibility = box ? '' : 'hidden';
        if (box) tag.style.transform = `translate(${box.left.toFixed(1)}px, ${box.top.toFixed(1)}px)`;
      });
    };
    import('../../kit/charts/surfaceScene')
      .then((module) => {
        if (gone) return;
        scene.current = new module.SurfaceScene(canvas.current!, place);
        setState('ready');
      })
      .catch(() => {
        useFlat.setState({ flat: true });
        if (!gone) setState('failed');
      });
    return () => {
      gone = true;
      scene.current?.destroy();
      scene.current = null;
      // A view that is left keeps its state: the surface is made anew when it is seen again.
      setState((now) => (now === 'failed' ? now : 'loading'));
    };
  }, []);

  useEffect(() => {
    if (state === 'ready' && stride !== null) scene.current?.show({ made, set, range: rangeOf(defined(made.sets[set]), quantity), stride, paths });
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
    <figure ref={figure} className={css.figure} style={{ '--aspect': (1.15 + 0.65 * Math.max(0, 1 - back / right)).toFixed(3) } as CSSProperties} data-surface={state === 'failed' ? 'none' : ''} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id}>{landscapeWords.surface}</h3>
        {state === 'ready' && (
          <div className={css.tools}>
            <Button kind="quiet" small onClick={() => scene.current?.reset()}>
              {landscapeWords.reset}
            </Button>
            {stride !== null && <FigureTools title={landscapeWords.surface} figure={figure} files={{ csv: () => landscapeCsv(made), png: () => scene.current!.picture([...names, ...heights].flatMap((text, k) => {
              const place = labels.current[k];
              return place ? [{ text, method: made.runs[k]?.method ?? null, ...place }] : [];
            })) }} asTable={false} />}
          </div>
        )}
      </div>
      <p className={css.caption}>{state === 'failed' ? landscapeWords.noSurface : state === 'loading' ? landscapeWords.loadingSurface : [landscapeWords.turn, paths && surfaceWords.paths, made.plane && surfaceWords.scale(landscapeWords.quantities[quantity].toLowerCase())].filter(Boolean).join(' ')}</p>
      <div className={css.surface} hidden={state === 'failed'} role="group" aria-roledescription={landscapeWords.surfaceRole} aria-label={summary} tabIndex={state === 'ready' ? 0 : undefined} onKeyDown={onKeyDown}>
        <canvas ref={canvas} aria-hidden="true" />
        {state === 'ready' &&
          stride !== null &&
          [...names, ...heights].map((text, k) => (
            <span key={k} ref={(element) => void (tags.current[k] = element)} className={k < names.length ? `${css.tag} ${identity(defined(made.runs[k]).method)}` : css.height} aria-hidden="true">
              {text}
            </span>
          ))}
      </div>
    </figure>
  );
}
