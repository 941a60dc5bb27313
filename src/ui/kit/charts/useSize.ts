import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** The size of a drawing in px, its font size and family. */
export interface Size {
  width: number;
  height: number;
  em: number;
  family: string;
}

/** Below this no plot can be drawn. */
const plot = { width: 120, height: 60 };
const before: Size = { width: 480, height: 232, em: 12, family: 'sans-serif' };

/** The size of an element, kept as it changes, and at least so many px. Known before the first paint. */
export function useSize<T extends HTMLElement>(least = plot): [RefObject<T | null>, Size] {
  const ref = useRef<T>(null);
  const [size, setSize] = useState(before);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const { fontSize, fontFamily } = getComputedStyle(element);
      const next: Size = { width: Math.max(least.width, element.clientWidth), height: Math.max(least.height, element.clientHeight), em: parseFloat(fontSize), family: fontFamily };
      setSize((now) => (now.width === next.width && now.height === next.height && now.em === next.em && now.family === next.family ? now : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [least]);
  return [ref, size];
}
