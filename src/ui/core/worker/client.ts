import { connect, type Remote } from '../../../studio/connect';
import type { StudioWorker } from '../../../studio/protocol';
import { currentProject } from '../storage/current';
import { deviceChoice, triedBefore } from './deviceChoice';

/** The one connection to the training worker. It starts with the first call. */
let connection: ReturnType<typeof connect> | undefined;

export function studio(): Remote<StudioWorker> {
  if (!connection) {
    const mine = (connection = connect(() => {
      // Whoever tries again has another one.
      if (connection === mine) connection = undefined;
    }));
    void connection.worker.useProject(currentProject());
    void connection.worker.useDevice(deviceChoice(), triedBefore());
  }
  return connection.worker;
}

/** Ends the worker with whatever it does: calls that wait fail. The next call starts a fresh one; imports that were not kept have to be chosen again. */
export function restartWorker(): void {
  connection?.terminate();
  connection = undefined;
}
