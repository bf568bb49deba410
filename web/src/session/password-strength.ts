// How long a password would stand, roughly: length first, variety second.
export type Strength = 'short' | 'fair' | 'good' | 'strong';

export const leastLength = 12;

export function strengthOf(password: string): Strength {
  const letters = [...password];
  if (letters.length < leastLength) return 'short';
  const different = new Set(letters).size;
  if (different < 6) return 'fair';
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) =>
    kind.test(password),
  ).length;
  const score = letters.length + kinds * 2 + Math.min(different, 16) / 2;
  if (score >= 30) return 'strong';
  return score >= 22 ? 'good' : 'fair';
}
