import { useId } from 'react';
import css from './slider.module.css';

/** A slider under its name and the words of its place. */
export function Slider({ label, text, min, max, value, onChange }: { label: string; text: string; min: number; max: number; value: number; onChange: (value: number) => void }) {
  const id = useId();
  return (
    <div className={css.slider}>
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{text}</output>
      <input id={id} type="range" min={min} max={max} value={value} aria-valuetext={text} onChange={({ target }) => onChange(target.valueAsNumber)} />
    </div>
  );
}
