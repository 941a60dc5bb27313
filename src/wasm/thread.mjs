// A thread of the pool (pool.ts): goes through the commands of a batch beside the others, all of them on one shared memory.
// Plain JavaScript, since Node starts it as it stands.

/**
 * Goes through batches as they come. Of each command the threads take pieces, and none begins the next command before every
 * piece of this one is done: results are those of one thread.
 * Whatever keeps it from its part of a batch is told: the others would wait for it.
 * @param {(listener: (message: import('./pool').ToThread) => void, unread: () => void) => void} listen
 * @param {(message: import('./pool').FromThread) => void} post
 */
export function serve(listen, post) {
  /** @type {WebAssembly.Memory} */
  let memory;
  /** @type {import('./executor').Run[]} */
  const kernels = [];
  listen((message) => {
    try {
      if ('memory' in message) {
        memory = message.memory;
        post({ ready: true });
      } else goThrough(message);
    } catch (error) {
      post({ lost: reasonOf(error) });
    }
  }, () => post({ lost: 'a message to a thread could not be read' }));

  /** @param {Extract<import('./pool').ToThread, { batch: number }>} message */
  function goThrough(message) {
    for (const module of message.added) kernels.push(/** @type {import('./executor').Run} */ (new WebAssembly.Instance(module, { env: { memory } }).exports.run));
    const { commands, place } = message;
    // For each command the next piece and the pieces that are done; behind them the threads that have left.
    const counts = new Int32Array(memory.buffer, message.board, 2 * commands.length + 1);
    let isLast = false;
    for (const [i, command] of commands.entries()) {
      isLast = false;
      if (command.kind === 'run') new Uint32Array(memory.buffer, place.words, command.words.length + 2).set([place.shared, place.frames, ...command.words]);
      for (let piece = Atomics.add(counts, 2 * i, 1); piece < command.pieces; piece = Atomics.add(counts, 2 * i, 1)) {
        try {
          work(command, piece, place.words);
        } catch (error) {
          post({ failed: reasonOf(error) });
        }
        if (Atomics.add(counts, 2 * i + 1, 1) + 1 < command.pieces) continue;
        isLast = true;
        Atomics.notify(counts, 2 * i + 1);
      }
      wait(counts, 2 * i + 1, command.pieces);
    }
    if (isLast) post({ done: message.batch });
    Atomics.add(counts, 2 * commands.length, 1);
  }

  /**
   * @param {import('./pool').Pieces} command
   * @param {number} piece
   * @param {number} words
   */
  function work(command, piece, words) {
    const bytes = new Uint8Array(memory.buffer);
    if (command.kind === 'copy') bytes.copyWithin(command.to, command.from, command.from + command.bytes);
    else if (command.kind === 'clear') bytes.fill(0, command.at, command.at + command.bytes);
    else {
      const { kernel, groups, pieces } = command;
      /** @param {number} i */
      const edge = (i) => Math.floor((i * groups) / pieces);
      const run = kernels[kernel];
      if (!run) throw new Error(`No kernel ${kernel} in this thread.`);
      run(words, edge(piece), edge(piece + 1));
    }
  }
}

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/** Times that a thread looks whether the others have finished before it sleeps. */
const SPINS = 3000;

/**
 * Waits until a count is reached.
 * @param {Int32Array} counts
 * @param {number} at
 * @param {number} goal
 */
function wait(counts, at, goal) {
  for (let i = 0; i < SPINS; i++) if (Atomics.load(counts, at) >= goal) return;
  for (let seen = Atomics.load(counts, at); seen < goal; seen = Atomics.load(counts, at)) Atomics.wait(counts, at, seen);
}
