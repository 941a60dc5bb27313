import { useMemo } from 'react';
import { recordedRuns, useRecorded } from '../store/recorded';
import { groupsOf, type Group } from '../store/seedGroups';
import { useComparedRuns } from '../store/view';

/** Groups of runs that a lesson speaks of, and whose runs they are. */
export interface AtHand {
  groups: Group[];
  whose: 'own' | 'recorded' | 'none';
}

/** The person's own runs on the chosen data where there are enough of them, else the recorded ones where those are. */
export function useAtHand(pick: (group: Group) => boolean, least: number): AtHand {
  const own = useComparedRuns();
  const recorded = useRecorded((state) => state.steps);
  return useMemo(() => {
    const mine = groupsOf(own).filter(pick);
    if (mine.length >= least) return { groups: mine, whose: 'own' };
    const theirs = recorded > 0 ? groupsOf(recordedRuns()).filter(pick) : [];
    return theirs.length >= least ? { groups: theirs, whose: 'recorded' } : { groups: mine, whose: mine.length > 0 ? 'own' : 'none' };
  }, [own, recorded, pick, least]);
}
