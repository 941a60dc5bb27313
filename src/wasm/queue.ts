/** How long work goes on before whatever else waits on this thread has its turn. */
const TURN_MS = 12;

const later = (body: () => void): void => {
  if (typeof setImmediate === 'function') {
    setImmediate(body);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    body();
  };
  port2.postMessage(null);
};

/** Work in its order, in pieces, on this thread. */
export class WorkQueue {
  private readonly work: (() => void)[] = [];
  private going = false;

  add(piece: () => void): void {
    this.work.push(piece);
    if (this.going) return;
    this.going = true;
    later(() => this.turn());
  }

  /** Settles once everything that has been added so far is done. */
  done(): Promise<void> {
    return new Promise((done) => this.add(done));
  }

  private turn(): void {
    const until = performance.now() + TURN_MS;
    while (this.work.length) {
      this.work.shift()!();
      if (performance.now() > until) break;
    }
    if (this.work.length) later(() => this.turn());
    else this.going = false;
  }
}
