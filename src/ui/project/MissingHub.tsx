import { useState } from 'react';
import { Button } from '../kit/controls/Button';
import { Notice } from '../kit/controls/Notice';
import { useCatalog } from '../core/data/catalog';
import type { HubUse } from '../../train/protocol';
import { projectPointer } from '../core/storage/current';
import { openFromHub, showHub, useHub } from '../core/data/hub';
import { settleHub } from '../core/storage/switchProject';
import { projectWords } from '../core/words/project';

/** Models and data sets of the hub that an opened project uses and this browser does not hold. */
export function MissingHub() {
  const [asked, setAsked] = useState<string[]>([]);
  const { models, datasets } = useCatalog();
  // Known once the cache has been read.
  const hub = useHub();
  const cached = hub.cache;
  if (!cached) return null;
  const there = ({ kind, id }: HubUse) =>
    (kind === 'model' ? models : datasets).some((one) => one.id === id) || cached.repos.some((repo) => repo.kind === kind && repo.revisions.some(({ revision }) => id === (revision === 'main' ? repo.id : `${repo.id}@${revision}`)));
  const missing = projectPointer().hub.filter((one) => !asked.includes(one.id) && !there(one));
  const settle = (id: string) => {
    settleHub(id);
    setAsked([...asked, id]);
  };
  const load = ({ kind, id }: HubUse) => {
    const [name = '', revision = ''] = id.split('@');
    // The form says how it goes, and why not.
    showHub(kind, true);
    void openFromHub(kind, name, revision);
  };
  return missing.map(({ kind, id }) => (
    <Notice
      key={`${kind} ${id}`}
      kind="plain"
      actions={
        <>
          <Button small disabled={hub[kind].load !== null} onClick={() => load({ kind, id })}>
            {projectWords.load}
            <span className="sr"> {id}</span>
          </Button>
          <Button small kind="quiet" onClick={() => settle(id)}>
            {projectWords.notNow}
            <span className="sr"> {id}</span>
          </Button>
        </>
      }
    >
      {projectWords.missing(id)}
    </Notice>
  ));
}
