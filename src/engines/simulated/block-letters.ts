/** The letters a test card needs, five blocks wide and seven high. */
const letters: Record<string, readonly string[]> = {
  S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
  I: ['.###.', '..#..', '..#..', '..#..', '..#..', '..#..', '.###.'],
  M: ['#...#', '##.##', '#.#.#', '#.#.#', '#...#', '#...#', '#...#'],
  U: ['#...#', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  T: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '..#..'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
};

export interface Block {
  column: number;
  row: number;
}

export const wordRows = 7;

/** The blocks of a word, and how many columns it takes. Letters it does not know are left blank. */
export function blocksOf(word: string): { blocks: Block[]; columns: number } {
  const blocks = [...word].flatMap((letter, index) =>
    (letters[letter] ?? []).flatMap((line, row) =>
      [...line].flatMap((mark, column) => (mark === '#' ? [{ column: index * 6 + column, row }] : [])),
    ),
  );
  return { blocks, columns: word.length * 6 - 1 };
}
