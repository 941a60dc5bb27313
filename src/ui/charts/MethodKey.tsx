import type { ReactNode } from 'react';
import { methodLook, type MarkerShape } from '../methods';
import css from './identity.module.css';

const shapes: Record<MarkerShape, ReactNode> = {
  square: <rect x="-4.2" y="-4.2" width="8.4" height="8.4" fill="currentColor" />,
  circle: <circle r="4.7" fill="currentColor" />,
  diamond: <path d="M0-6 6 0 0 6-6 0z" fill="currentColor" />,
  up: <path d="M0-5.6 5.6 4.4H-5.6z" fill="currentColor" />,
  down: <path d="M0 5.6 5.6-4.4H-5.6z" fill="currentColor" />,
  hexagon: <path d="M-2.8-5h5.6L5.6 0 2.8 5h-5.6L-5.6 0z" fill="currentColor" />,
  cross: <path d="M-4.6-2.6-2.6-4.6 0-2 2.6-4.6 4.6-2.6 2 0 4.6 2.6 2.6 4.6 0 2-2.6 4.6-4.6 2.6-2 0z" fill="currentColor" />,
};

/** Class that gives an element and what is in it the colours and the dash of a method. */
export const identity = (method: string): string => css[methodLook(method).look];

/** Line, marker and name of a method. */
export function MethodKey({ method, children }: { method: string; children?: ReactNode }) {
  const look = methodLook(method);
  return (
    <span className={`${css.key} ${identity(method)}`}>
      <svg viewBox="0 0 28 12" aria-hidden="true">
        <line x1="0" y1="6" x2="28" y2="6" />
        <g transform="translate(14 6)" className={css.shape}>
          {shapes[look.marker]}
        </g>
      </svg>
      <span>{children ?? look.title}</span>
    </span>
  );
}

interface MarkProps {
  method: string;
  /** Place in percent of the surrounding box. */
  left: number;
  top?: number;
  size?: 'small' | 'normal' | 'big';
  hollow?: boolean;
}

/** A method's marker at a place of a chart. */
export function Mark({ method, left, top, size = 'normal', hollow = false }: MarkProps) {
  const names = [css.mk, identity(method), size === 'normal' ? '' : css[size], hollow ? css.hollow : ''];
  return (
    <svg className={names.filter(Boolean).join(' ')} viewBox="-5 -5 10 10" style={{ left: `${left}%`, ...(top === undefined ? {} : { top: `${top}%` }) }} aria-hidden="true">
      {shapes[methodLook(method).marker]}
    </svg>
  );
}
