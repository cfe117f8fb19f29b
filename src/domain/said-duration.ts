const secondsInText = /\b(\d{1,3})(?:\s|-)?(?:seconds?|secs?|s)\b/i;

/** The first length in seconds that a text speaks of, such as `5 seconds` or `8s`. */
export function saidDuration(text: string): { said: string; seconds: number } | undefined {
  const found = secondsInText.exec(text);
  return found === null ? undefined : { said: found[0], seconds: Number(found[1]) };
}
