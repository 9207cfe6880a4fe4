/** `dns-routing` as "DNS routing". */
export function patternWords(pattern: string): string {
  const words = pattern.replace(/-/g, " ").replace(/\bdns\b/, "DNS");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
