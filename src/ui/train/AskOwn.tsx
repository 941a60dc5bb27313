import type { ReactNode } from 'react';
import { Button } from '../kit/controls/Button';
import { useCatalog } from '../core/data/catalog';
import { askOwnWords } from './words/askOwn';
import css from './askOwn.module.css';

/** What stands where data would, once somebody wants their own: the ways in, how a folder has to look, and the way back to what was chosen. */
export default function AskOwn({ instead, children }: { instead: string; children: ReactNode }) {
  return (
    <section className={css.ask} aria-label={askOwnWords.title}>
      <h3>{askOwnWords.title}</h3>
      <p>{askOwnWords.folder}</p>
      <pre>{askOwnWords.shape}</pre>
      {children}
      <p>{askOwnWords.stays}</p>
      <Button kind="link" onClick={() => useCatalog.setState({ asks: '' })}>
        {askOwnWords.back(instead)}
      </Button>
    </section>
  );
}
