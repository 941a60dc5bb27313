import css from './controls.module.css';

/** Letters at the end that stay: a number and an ending. */
const tail = 9;
const few = 3;

/** The name of a file on one line; where there is no room it is cut in the middle, since names of a folder differ at their ends. */
export function FileName({ name, title = name }: { name: string; title?: string }) {
  const at = Math.max(0, name.length - tail);
  return (
    <span className={css.fileName} title={title}>
      {/* Letters that are not many more than the dots in their place are never cut. */}
      <span style={{ minWidth: at > few ? '2em' : 'max-content' }}>{name.slice(0, at)}</span>
      <span>{name.slice(at)}</span>
    </span>
  );
}
