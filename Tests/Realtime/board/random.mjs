/** Numbers of 0 to 1 that a seed decides. Source: T. Ettinger, "mulberry32". */
export function randomFrom(seed) {
  let state = (seed * 0x9e3779b9) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    chance: (share) => next() < share,
    below: (count) => Math.floor(next() * count),
    of: (choices) => choices[Math.floor(next() * choices.length)],
  };
}
