/** Addresses that are remembered: more than a class has. */
const MOST_ADDRESSES = 5000;

/** Lets each address ask so often: `burst` at once, and `rate` a second after that. */
export class Buckets {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  constructor(
    private readonly burst: number,
    private readonly rate: number,
  ) {}

  /** Takes `cost` from what an address has left; false where that is too little. `now` in milliseconds. */
  take(address: string, cost: number, now: number): boolean {
    const known = this.buckets.get(address);
    const left = known ? Math.min(this.burst, known.left + ((now - known.at) / 1000) * this.rate) : this.burst;
    // The last to be heard of stands last, so that the first is the one to forget.
    this.buckets.delete(address);
    this.buckets.set(address, { left: Math.max(0, left - cost), at: now });
    for (const [oldest] of this.buckets) {
      if (this.buckets.size <= MOST_ADDRESSES) break;
      this.buckets.delete(oldest);
    }
    return left >= cost;
  }
}
