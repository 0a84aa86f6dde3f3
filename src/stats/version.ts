/** Orders dotted versions by their numbers: 2.9 < 2.31 < 2.31.1; what is no number is ordered as text. */
export function compareVersions(a: string, b: string): number {
  const [partsA, partsB] = [a.split("."), b.split(".")];
  for (let i = 0; i < Math.max(partsA.length, partsB.length); i++) {
    const [partA = "", partB = ""] = [partsA[i], partsB[i]];
    const [numberA, numberB] = [Number.parseInt(partA, 10), Number.parseInt(partB, 10)];
    if (numberA !== numberB && !Number.isNaN(numberA) && !Number.isNaN(numberB)) return numberA - numberB;
    if (partA !== partB) return partA < partB ? -1 : 1;
  }
  return 0;
}
