/** Returns round numbers from 0 to at least `most`, about `count` of them; whole ones for what is counted. */
export function niceTicks(most: number, isWhole = false, count = 4): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = isWhole ? Math.max(most / count, 1) : most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ((isWhole && rough < 25 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]).find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = 0; ; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)));
    if (index * step >= most) return ticks;
  }
}
