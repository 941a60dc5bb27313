import { useState } from 'react';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { useCatalog } from '../store/catalog';
import { projectPointer } from '../store/current';
import { openHubModel, showHub, useHub } from '../store/hub';
import { settleHub } from '../store/switchProject';
import { t } from '../strings';

/** Models of the hub that an opened project uses and this browser does not hold. */
export function MissingHub() {
  const [asked, setAsked] = useState<string[]>([]);
  const models = useCatalog((catalog) => catalog.models);
  // Known once the cache has been read.
  const cached = useHub((hub) => hub.cache);
  const loading = useHub((hub) => hub.load);
  if (!cached) return null;
  const there = (id: string) => models.some((model) => model.id === id) || cached.repos.some((repo) => repo.kind === 'model' && repo.revisions.some(({ revision }) => id === (revision === 'main' ? repo.id : `${repo.id}@${revision}`)));
  const missing = projectPointer().hub.filter(({ kind, id }) => kind === 'model' && !asked.includes(id) && !there(id));
  const settle = (id: string) => {
    settleHub(id);
    setAsked([...asked, id]);
  };
  const load = (id: string) => {
    const [name, revision = ''] = id.split('@');
    // The form says how it goes, and why not.
    showHub(true);
    void openHubModel(name, revision);
  };
  return missing.map(({ id }) => (
    <Notice
      key={id}
      kind="plain"
      actions={
        <>
          <Button small disabled={loading !== null} onClick={() => load(id)}>
            {t.project.load}
            <span className="sr"> {id}</span>
          </Button>
          <Button small kind="quiet" onClick={() => settle(id)}>
            {t.project.notNow}
            <span className="sr"> {id}</span>
          </Button>
        </>
      }
    >
      {t.project.missing(id)}
    </Notice>
  ));
}
