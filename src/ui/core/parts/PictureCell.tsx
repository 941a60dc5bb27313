import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { CellComponentProps } from 'react-window';
import { noEdits } from '../../../data/edits.meta';
import { Check } from '../../kit/controls/Check';
import controls from '../../kit/controls/controls.module.css';
import { FileName } from '../../kit/controls/FileName';
import { Thumb } from '../../kit/controls/Thumb';
import { formatCount } from '../../../language/format';
import { dataById, useCatalog } from '../data/catalog';
import { labelNow, setPictureLabel, setPictureUsed, useEdits } from '../data/edits';
import { pictureName } from './pictureName';
import type { Thumbs } from '../../kit/thumbs';
import css from './pictures.module.css';
import { picturesWords } from '../words/pictures';

export interface CellProps {
  data: string;
  names: string[];
  tag?: (i: number) => string;
  columns: number;
  thumbs: Thumbs;
  /** The cell in the order of Tab. */
  active: number;
  /** It takes the focus when it comes into the page. */
  takesFocus: boolean;
}

const none: string[] = [];

/** The file's own name; of an image in a table or tensor its number, from 1. */
const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1).replace(/^.*#(\d+)( [0-9a-f]{16})?$/, (_, place: string) => `#${formatCount(Number(place) + 1)}`);

/** One picture: whether it is used, and its class. Space and Enter act where the cell itself has the focus, Escape goes from the class back to it. */
export function PictureCell({ ariaAttributes, columnIndex, rowIndex, style, data, names, tag, columns, thumbs, active, takesFocus }: CellComponentProps<CellProps>) {
  const i = rowIndex * columns + columnIndex;
  const name = names[i];
  const cell = useRef<HTMLDivElement>(null);
  const classes = useCatalog((catalog) => dataById(catalog, data)?.all_classes) ?? none;
  const edits = useEdits((state) => state.byData[data]) ?? noEdits;
  useEffect(() => {
    if (i === active && takesFocus) cell.current?.focus();
  }, [i, active, takesFocus]);
  if (name === undefined) return <div {...ariaAttributes} style={style} />;

  const picture = thumbs.get(name);
  const own = (picture && classes[picture.label]) ?? '';
  const label = labelNow(edits, name, own);
  const used = !edits.disabled.includes(name);
  const tabIndex = i === active ? 0 : -1;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && event.target instanceof HTMLSelectElement) {
      // Back to the cell, not out of the sheet around it.
      event.preventDefault();
      event.stopPropagation();
      cell.current?.focus();
    } else if (event.target === cell.current && event.key === ' ') {
      event.preventDefault();
      if (picture) void setPictureUsed(data, name, !used);
    } else if (event.target === cell.current && event.key === 'Enter') {
      event.preventDefault();
      cell.current?.querySelector('select')?.focus();
    }
  };
  return (
    <div {...ariaAttributes} ref={cell} style={style} className={css.picture} data-picture={i} tabIndex={tabIndex} aria-label={pictureName(name)} onKeyDown={onKeyDown}>
      <span className={used ? css.frame : `${css.frame} ${css.out}`}>
        {picture && <Thumb sample={picture} />}
        {picture === null && picturesWords.unreadable}
      </span>
      <span className={css.aside}>
        {picture && <Check checked={used} tabIndex={tabIndex} label={picturesWords.use(pictureName(name))} onChange={(used) => void setPictureUsed(data, name, used)} />}
        {tag && <small>{tag(i)}</small>}
        {label !== own && <b>{picturesWords.now(label)}</b>}
      </span>
      <FileName name={shortName(name)} title={pictureName(name)} />
      {picture && (
        <select className={controls.select} title={label} tabIndex={tabIndex} aria-label={picturesWords.label(pictureName(name))} value={`=${label}`} onChange={({ target }) => void setPictureLabel(data, name, own, target.value.slice(1))}>
          {classes.map((one) => (
            <option key={one} value={`=${one}`}>
              {one}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
