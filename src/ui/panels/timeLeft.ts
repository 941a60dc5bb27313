import { formatClock } from '../../language/format';
import { liveOf } from '../store/metrics';
import type { Run } from '../store/runs';
import { t } from '../strings';

/** What a run does once all its steps are made; nothing before. */
export const afterSteps = ({ id, phase }: Pick<Run, 'id' | 'phase'>): string => (liveOf(id).secondsLeft === 0 && (phase === 'evaluate' || phase === 'save') ? t.run.after[phase] : '');

/** How long a run will go on training; then what it does instead, which no step tells the time of. */
export const timeLeft = (run: Pick<Run, 'id' | 'phase'>): string => afterSteps(run) || formatClock(liveOf(run.id).secondsLeft);
