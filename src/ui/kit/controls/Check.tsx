import type { ReactNode } from 'react';
import css from './controls.module.css';

interface Props {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  label?: string;
  /** Tooltip, such as the reason why it is disabled. */
  title?: string;
  tabIndex?: number;
  children?: ReactNode;
}

/** A checkbox with its words. */
export function Check({ checked, onChange, disabled = false, label, title, tabIndex, children }: Props) {
  return (
    <label className={css.check} title={title || undefined}>
      <input type="checkbox" checked={checked} disabled={disabled} aria-label={label} tabIndex={tabIndex} onChange={(event) => onChange(event.target.checked)} />
      {children}
    </label>
  );
}
