/**
 * Whether a fault is a content filter's. Replicate names it by words alone, of its own (E005) or of the model's provider,
 * so what matches none of them counts as an ordinary fault, which is not tried again either.
 */
export const isRejection = (words: string): boolean =>
  /\bE005\b|flagged as sensitive|sensitive ?content|content polic|policy ?violation|moderat(ion|ed)|real (person|people)|copyright|safety|nsfw|prohibited/i.test(
    words,
  );
