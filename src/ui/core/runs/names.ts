/** The words of names. */
export const first = 'amber bold bright brisk calm clear cool deep dry early fair far fine first free fresh glad gold grey high keen kind late light long low mild neat new north old open pale plain proud quick quiet rare red rich rough round sharp short silver slow small soft south still sunny swift tall warm west wide wild wise young'.split(' ');
export const second = 'alder ash birch brook cedar cliff cloud cove crane creek crow dale dove elm falcon fern field finch fjord fox gull hare harbor hawk heath heron hill isle ivy jay juniper lake larch lark linden maple marsh meadow mesa moss oak otter owl palm pine plover plum quartz reef ridge river robin sparrow spruce stone swan tern thistle trout vale wren'.split(' ');

/** A name of two words that is not taken yet, as "quiet-heron". */
export function freshName(taken: ReadonlySet<string>, random: () => number = Math.random): string {
  const pick = (words: string[]) => words[Math.floor(random() * words.length)];
  for (let tries = 0; tries < 200; tries++) {
    const name = `${pick(first)}-${pick(second)}`;
    if (!taken.has(name)) return name;
  }
  return `${pick(first)}-${pick(second)}-${taken.size + 1}`;
}
