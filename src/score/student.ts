// Quantiles of Student's t and of the normal distribution: how many standard errors an interval reaches to each side.

/** The t that a value of so many degrees of freedom (1 or more) exceeds to either side with the probability `error`. */
export function studentQuantile(error: number, degrees: number): number {
  const key = `${error} ${Math.min(degrees, exactUpTo)}`;
  const exact = known.get(key) ?? solved(error, Math.min(degrees, exactUpTo));
  known.set(key, exact);
  if (degrees <= exactUpTo) return exact;
  const normal = exact - excess(exact - excess(exact, exactUpTo), exactUpTo);
  return normal + excess(normal, degrees);
}

/** The z that a normal value exceeds to either side with the probability `error`. */
export function normalQuantile(error: number): number {
  return studentQuantile(error, Number.POSITIVE_INFINITY);
}

/** Beyond it the first term of the expansion around the normal is right to five digits. */
const exactUpTo = 1000;
/** A comparison asks for the same few again and again. */
const known = new Map<string, number>();

function excess(quantile: number, degrees: number): number {
  return (quantile ** 3 + quantile) / (4 * degrees);
}

function solved(error: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (twoTails(high, degrees) > error) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (twoTails(middle, degrees) > error) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability beyond t on both sides, by the finite series that whole degrees of freedom have. */
function twoTails(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const square = Math.cos(angle) ** 2;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let power = isOdd ? 3 : 2; power <= degrees; power += 2) {
    sum += term;
    term *= (square * (power - 1)) / power;
  }
  const inside = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return 1 - inside;
}
