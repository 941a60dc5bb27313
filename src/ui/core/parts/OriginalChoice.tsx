import { Choice } from '../../kit/controls/Choice';
import { useInside, useOriginals } from '../analyses/inside';
import { insideWords } from '../words/inside';

/** Choice of the data on which forgetting is measured, where there are others than the chosen ones. */
export function OriginalChoice() {
  const others = useOriginals();
  const original = useInside((state) => state.original);
  if (others.length === 0) return null;
  return <Choice label={insideWords.original} value={original} options={[['', insideWords.noOriginal], ...others.map(({ id, title }) => [id, title] as const)]} onChange={(value) => useInside.setState({ original: value })} />;
}
