/** Random choices that a seed repeats on any machine. */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** A number from 0 to 1, without 1 (mulberry32). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `lower` to `upper`, both included. */
  between(lower, upper) {
    return lower + Math.floor(this.next() * (upper - lower + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  /** Some of a list, in its order, at least `least`. */
  some(list, probability, least = 0) {
    const chosen = list.filter(() => this.chance(probability));
    return chosen.length >= least ? chosen : list.slice(0, least);
  }

  /** As many results of `make` as a number between the bounds. */
  times(lower, upper, make) {
    return Array.from({ length: this.between(lower, upper) }, (_, index) => make(index));
  }
}
