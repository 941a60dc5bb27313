/** Seconds of all runs beyond which something smaller is offered. */
export const LONG = 600;
