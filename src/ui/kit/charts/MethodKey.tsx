import type { ReactNode } from 'react';
import { methodLook } from '../../../figures/methods';
import { markPaths } from '../../../figures/marks';
import css from '../../../figures/identity.module.css';

/** Classes that give an element and what is in it the colours and the dash of a method. */
export function identity(method: string): string {
  const { colour, dash } = methodLook(method);
  return `${css[colour]} ${css[dash]}`;
}

/** Line, marker and name of a method. */
export function MethodKey({ method, children }: { method: string; children?: ReactNode }) {
  const look = methodLook(method);
  return (
    <span className={`${css.key} ${identity(method)}`}>
      <svg viewBox="0 0 28 12" aria-hidden="true">
        <line x1="0" y1="6" x2="28" y2="6" />
        <g transform="translate(14 6)" className={css.shape}>
          <path d={markPaths[look.marker]} fill="currentColor" />
        </g>
      </svg>
      <span>{children ?? look.title}</span>
    </span>
  );
}

/** Methods of a drawing, each once. */
export function Legend({ methods, settings = {} }: { methods: readonly string[]; settings?: Readonly<Record<string, string>> }) {
  return (
    <div className={css.legend}>
      {[...new Set(methods)].filter((method) => methodLook(method).title).map((method) => (
        <MethodKey key={method} method={method}>{settings[method] && `${methodLook(method).title}, ${settings[method]}`}</MethodKey>
      ))}
    </div>
  );
}

interface MarkProps {
  method: string;
  /** Place in percent of the surrounding box. */
  left: number;
  top?: number;
  size?: 'small' | 'normal' | 'big';
  hollow?: boolean;
  className?: string | false;
}

/** A method's marker at a place of a chart. */
export function Mark({ method, left, top, size = 'normal', hollow = false, className = false }: MarkProps) {
  const names = [css.mk, identity(method), size === 'normal' ? '' : css[size], hollow ? css.hollow : '', className];
  return (
    <svg className={names.filter(Boolean).join(' ')} viewBox="-5 -5 10 10" style={{ left: `${left}%`, ...(top === undefined ? {} : { top: `${top}%` }) }} aria-hidden="true">
      <path d={markPaths[methodLook(method).marker]} fill="currentColor" />
    </svg>
  );
}
