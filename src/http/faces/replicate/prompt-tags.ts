const foreign = /\[(image|video|audio) ?(\d+)\]/gi;
const own = /(?<![\p{L}\p{N}])@(image|video|audio)(\d+)(?![\p{L}\p{N}_-])/giu;

const capitalised = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();

/** A prompt that names references as Replicate does, `[Image1]`, in our way: `@Image1`. */
export const readTags = (prompt: string) =>
  prompt.replaceAll(foreign, (_tag, kind: string, position: string) => `@${capitalised(kind)}${position}`);

/** And back. */
export const writeTags = (prompt: string) =>
  prompt.replaceAll(own, (_tag, kind: string, position: string) => `[${capitalised(kind)}${position}]`);
