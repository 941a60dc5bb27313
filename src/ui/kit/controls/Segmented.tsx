import css from './controls.module.css';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: string }[];
  onChange: (value: T) => void;
}

/** A choice of a few, all in sight. What is chosen already is not chosen again. */
export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <span className={css.seg} role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => option.value !== value && onChange(option.value)}>
          {option.text}
        </button>
      ))}
    </span>
  );
}
