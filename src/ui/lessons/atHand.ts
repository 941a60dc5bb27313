import { useEffect, useMemo, useState } from 'react';
import { openRecording, type RecordingName } from '../store/recorded';
import type { Run } from '../store/runs';
import { groupsOf, type Group } from '../store/seedGroups';
import { useComparedRuns } from '../store/view';

/** Groups of runs that a lesson speaks of, and whose runs they are: never of both. */
export interface AtHand {
  groups: Group[];
  whose: 'own' | 'recorded' | 'none';
}

/** The person's own runs on the chosen data where there are enough of them, else those of a recording where these are. */
export function useAtHand(pick: (group: Group) => boolean, least: number, recording: RecordingName = 'first-screen'): AtHand {
  const own = useComparedRuns();
  const recorded = useRecording(recording);
  return useMemo(() => {
    const mine = groupsOf(own).filter(pick);
    if (mine.length >= least) return { groups: mine, whose: 'own' };
    const theirs = groupsOf(recorded).filter(pick);
    return theirs.length >= least ? { groups: theirs, whose: 'recorded' } : { groups: mine, whose: mine.length > 0 ? 'own' : 'none' };
  }, [own, recorded, pick, least]);
}

const none: Run[] = [];

/** Runs of a recording; none until it has come. */
function useRecording(name: RecordingName): Run[] {
  const [opened, setOpened] = useState<{ name: RecordingName; runs: Run[] } | null>(null);
  useEffect(() => {
    let wanted = true;
    openRecording(name).then(({ runs }) => wanted && setOpened({ name, runs }), () => {});
    return () => void (wanted = false);
  }, [name]);
  return opened?.name === name ? opened.runs : none;
}
