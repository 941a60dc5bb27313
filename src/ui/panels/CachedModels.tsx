import { useRef, useState } from 'react';
import { messageOf } from '../../errors/errors';
import type { CachedRepo, KeptItem } from '../../train/protocol';
import { Button } from '../controls/Button';
import { Note } from '../controls/Sign';
import { formatSize, partsOf } from '../../language/format';
import { deleteCached, useHub } from '../store/hub';
import { deleteKept, useKept } from '../store/keptImports';
import { usePersistence } from '../store/persistence';
import { toast } from '../store/toast';
import { t } from '../strings';
import css from './hub.module.css';
import panels from './panels.module.css';

const sizeOf = (repo: CachedRepo): number => repo.bytes + repo.partial_bytes;

/** What earlier loads and imports left in the browser's storage, how much room it takes, and how to get that room back. */
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
        {t.hub.cached}
      </h3>
      {cache.kind === 'memory' && <Note sign="warn">{t.hub.memory}</Note>}
      {sizes.length + left.length === 0 && <p className={panels.hint}>{t.hub.empty}</p>}
      {promised === false && <p className={panels.hint}>{t.hub.notPromised}</p>}
      <ul>
        {cache.repos.map((repo) => (
          <li key={repo.key}>
            <span>
              {repo.id} <small>{notes(repo)}</small>
            </span>
            <span className={panels.number}>{formatSize(sizeOf(repo))}</span>
            <Button kind="quiet" small disabled={deleting !== ''} label={t.hub.deleteLabel(repo.id, formatSize(sizeOf(repo)))} onClick={() => void remove(repo)}>
              {t.hub.delete}
            </Button>
          </li>
        ))}
        {own.map(({ item, back }) => (
          <li key={item.key} className={back && css.left}>
            <span>
              {item.id} <small>{partsOf([t.keptImports.kinds[item.kind], back ? t.keptImports.left : t.keptImports.files(item.files)])}</small>
              {broken[item.key] && <Note sign="warn">{t.keptImports.broken}</Note>}
            </span>
            <span className={panels.number}>{formatSize(item.bytes)}</span>
            {/* Another button than the one before, so that a double click does not press both. */}
            {back ? (
              <Button key="undo" kind="quiet" small label={t.keptImports.bringBack(item.id)} onClick={() => restore(back)}>
                {t.toast.undo}
              </Button>
            ) : (
              <Button key="delete" kind="quiet" small label={t.keptImports.deleteLabel(item.id, formatSize(item.bytes))} onClick={() => removeKept(item)}>
                {t.hub.delete}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className={panels.hint}>
        {sizes.length > 1 && t.hub.total(formatSize(sizes.reduce((sum, size) => sum + size, 0)))} {cache.usage !== null && cache.quota !== null && t.hub.quota(formatSize(cache.usage), formatSize(cache.quota))}
      </p>
    </div>
  );
}

function notes(repo: CachedRepo): string {
  return [
    repo.kind === 'dataset' && t.hub.dataset,
    repo.host !== 'huggingface.co' && t.hub.from(repo.host),
    ...repo.revisions.map(({ revision }) => revision !== 'main' && revision.slice(0, 12)),
    repo.partial_bytes > 0 && t.hub.partial(formatSize(repo.partial_bytes)),
  ]
    .filter(Boolean)
    .join(', ');
}
