import { useRef, useState } from 'react';
import { messageOf } from '../../../errors/errors';
import type { CachedRepo, KeptItem } from '../../../train/protocol';
import { Button } from '../../kit/controls/Button';
import { Note } from '../../kit/controls/Sign';
import { formatSize, partsOf } from '../../../language/format';
import { deleteCached, useHub } from '../data/hub';
import { deleteKept, useKept } from '../data/keptImports';
import { usePersistence } from '../storage/persistence';
import { toast } from '../../kit/toast';
import css from './hub.module.css';
import panels from './panels.module.css';
import { hubWords } from '../words/hub';
import { keptWords } from '../words/project';
import { toastWords } from '../words/toast';

const sizeOf = (repo: CachedRepo): number => repo.bytes + repo.partial_bytes;

/** Leftovers of earlier loads and imports in the browser's storage, the room they take, and how to get that room back. */
export function CachedModels() {
  const cache = useHub((hub) => hub.cache);
  const { items, left, broken } = useKept();
  const promised = usePersistence((state) => state.promised);
  const [deleting, setDeleting] = useState('');
  const title = useRef<HTMLHeadingElement>(null);
  if (!cache) return null;
  const sizes = [...cache.repos.map(sizeOf), ...items.map(({ bytes }) => bytes)];
  const remove = async (repo: CachedRepo) => {
    setDeleting(repo.key);
    await deleteCached(repo);
    setDeleting('');
    title.current?.focus();
  };
  const removeKept = (item: KeptItem) => {
    deleteKept(item);
    title.current?.focus();
  };
  const restore = (back: () => Promise<boolean>) => {
    title.current?.focus();
    void back().catch((error: unknown) => toast(messageOf(error)));
  };
  // What was deleted keeps its place: nothing else comes under the pointer.
  const own = [...items.map((item) => ({ item, back: undefined })), ...left].sort((a, b) => a.item.date - b.item.date);
  return (
    <div className={css.cache}>
      <h3 ref={title} tabIndex={-1}>
        {hubWords.cached}
      </h3>
      {cache.kind === 'memory' && <Note sign="warn">{hubWords.memory}</Note>}
      {sizes.length + left.length === 0 && <p className={panels.hint}>{hubWords.empty}</p>}
      {promised === false && <p className={panels.hint}>{hubWords.notPromised}</p>}
      <ul>
        {cache.repos.map((repo) => (
          <li key={repo.key}>
            <span>
              {repo.id} <small>{notes(repo)}</small>
            </span>
            <span className={panels.number}>{formatSize(sizeOf(repo))}</span>
            <Button kind="quiet" small disabled={deleting !== ''} label={hubWords.deleteLabel(repo.id, formatSize(sizeOf(repo)))} onClick={() => void remove(repo)}>
              {hubWords.delete}
            </Button>
          </li>
        ))}
        {own.map(({ item, back }) => (
          <li key={item.key} className={back && css.left}>
            <span>
              {item.id} <small>{partsOf([keptWords.kinds[item.kind], back ? keptWords.left : keptWords.files(item.files)])}</small>
              {broken[item.key] && <Note sign="warn">{keptWords.broken}</Note>}
            </span>
            <span className={panels.number}>{formatSize(item.bytes)}</span>
            {/* Another button than the one before, so that a double click does not press both. */}
            {back ? (
              <Button key="undo" kind="quiet" small label={keptWords.bringBack(item.id)} onClick={() => restore(back)}>
                {toastWords.undo}
              </Button>
            ) : (
              <Button key="delete" kind="quiet" small label={keptWords.deleteLabel(item.id, formatSize(item.bytes))} onClick={() => removeKept(item)}>
                {hubWords.delete}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className={panels.hint}>
        {sizes.length > 1 && hubWords.total(formatSize(sizes.reduce((sum, size) => sum + size, 0)))} {cache.usage !== null && cache.quota !== null && hubWords.quota(formatSize(cache.usage), formatSize(cache.quota))}
      </p>
    </div>
  );
}

function notes(repo: CachedRepo): string {
  return [
    repo.kind === 'dataset' && hubWords.dataset,
    repo.host !== 'huggingface.co' && hubWords.from(repo.host),
    ...repo.revisions.map(({ revision }) => revision !== 'main' && revision.slice(0, 12)),
    repo.partial_bytes > 0 && hubWords.partial(formatSize(repo.partial_bytes)),
  ]
    .filter(Boolean)
    .join(', ');
}
